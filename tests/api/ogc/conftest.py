"""The service over a socket, for programs that are no Python: GDAL asks it as QGIS would."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from tests.client import TestClient


@pytest.fixture(scope="module")
def address(app: FastAPI, nobody: TestClient) -> Iterator[str]:
    """Where the service's OGC API is reached."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/ogc"
    server.should_exit = True
    thread.join()
    listener.close()
