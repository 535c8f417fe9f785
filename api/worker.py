"""The application as a process of the service makes it; with several, each begins and ends by itself."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess

from fastapi import FastAPI

from api.app import create_app

PATIENCE_S = 120.0
"""For how long a process that begins waits for a database that is being started again."""


def create() -> FastAPI:
    """The application of this environment's settings, for the service's only process or one of several.

    One of several ends with the first, of which nobody would know: it would hold the port, and the next service
    could not begin. And one that takes the place of another may begin just when the database has been killed too.
    """
    first = multiprocessing.parent_process()
    if first is None:
        return create_app()
    threading.Thread(target=_end_with, args=(first,), name="end-with-service", daemon=True).start()
    return create_app(patience_s=PATIENCE_S)


def _end_with(first: BaseProcess) -> None:
    first.join()
    os.kill(os.getpid(), signal.SIGTERM)
