"""A real HTTP server that takes what channels and webhooks send."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """One request, header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """What has arrived, and how it answers: with `status`, after `waits_s`, or not at all (`breaks`)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[Taken] = []
        self.status, self.waits_s, self.breaks = 200, 0.0, False
        self.arrived = threading.Event()

    def channel(self, path: str = "/bot", options: str = "") -> str:
        """The Apprise address of one of its paths."""
        return f"json://127.0.0.1:{self.port}{path}{options}"

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def titles(self, path: str = "/bot") -> list[str]:
        return [each.json["title"] for each in self.taken if each.path == path]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for a block."""

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.taken.append(Taken(self.path, headers, body))
            state.arrived.set()
            time.sleep(state.waits_s)
            if state.breaks:
                self.close_connection = True
                return
            self.send_response(state.status)
            if 300 <= state.status < 400:
                self.send_header("location", state.url("/elsewhere"))
            self.send_header("content-length", "0")
            self.end_headers()

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # who asked has gone
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    state = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
