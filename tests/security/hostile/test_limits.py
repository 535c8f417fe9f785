"""Nobody can hold the service up, or fill its memory, with requests that are too long or too slow."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from api import wire
from api.border import BodyLimit
from api.limits import LONGEST_ADDRESS_BYTES, LONGEST_HEADERS_BYTES
from tests.client import TestClient

TOO_LONG = {
    "query": ("/api/issues?q=" + "a" * LONGEST_ADDRESS_BYTES, {}, 414),
    "path": ("/api/issues/" + "1" * LONGEST_ADDRESS_BYTES, {}, 414),
    "one header": ("/api/issues", {"x-a": "b" * LONGEST_HEADERS_BYTES}, 431),
    "cookie": ("/sign-in", {"cookie": "a=b; " * 10_000}, 431),
    "many headers": ("/health", {f"x-{number}": "a" for number in range(200)}, 431),
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_head_that_is_too_long_is_refused_before_anybody_is_asked_for(name: str, nobody: TestClient) -> None:
    path, headers, status = TOO_LONG[name]
    answer = nobody.get(path, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "content-security-policy" in answer.headers


def test_longest_text_that_may_be_asked_about_is_not_too_long(admin: TestClient) -> None:
    assert admin.get("/api/locate", params={"text": "灯" * 4000}).status_code == 200
    assert admin.get("/api/locate", params={"text": "灯" * 4001}).status_code == 422


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """A service on a socket, with a patience of less than a second."""
    app = FastAPI()
    app.add_middleware(BodyLimit, slowest_s=0.5)

    @app.post("/")
    def take(body: dict[str, str]) -> dict[str, str]:
        return body

    patience, wire.HEAD_S = wire.HEAD_S, 0.5
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=wire.Connection, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield listener.getsockname()
    server.should_exit = True
    thread.join()
    listener.close()
    wire.HEAD_S = patience


def exchange(address: tuple[str, int], *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """What comes back until the service closes the connection; what it says is heard while pieces are sent."""
    said = b""
    with socket.create_connection(address, timeout=8) as peer:
        try:
            for piece in pieces:
                peer.sendall(piece)
                if select.select([peer], [], [], pause_s)[0]:
                    said += peer.recv(65536)
            while piece := peer.recv(65536):
                said += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return said


HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


def test_request_that_comes_in_time_is_answered(address: tuple[str, int]) -> None:
    said = exchange(address, HEAD + b"Connection: close\r\nContent-Length: 9\r\n\r\n", b'{"a":"b"}', pause_s=0.1)
    assert said.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("pieces", [[], [b"POST"], [b"POST / HTTP/1.1\r\n", *[b"X: 1\r\n"] * 20]])
def test_head_that_never_ends_is_cut_off(address: tuple[str, int], pieces: list[bytes]) -> None:
    began = time.monotonic()
    assert exchange(address, *pieces, pause_s=0.1) == b""
    assert time.monotonic() - began < 4


def test_second_request_of_a_connection_may_not_be_slow_either(address: tuple[str, int]) -> None:
    first = HEAD + b'Content-Length: 9\r\n\r\n{"a":"b"}'
    began = time.monotonic()
    said = exchange(address, first, *[b"POST / HTTP/1.1\r\n"], *[b"X: 1\r\n"] * 20, pause_s=0.1)
    assert said.count(b"HTTP/1.1") == 1
    assert time.monotonic() - began < 4


def test_head_without_an_end_is_cut_off_before_it_fills_the_memory(address: tuple[str, int]) -> None:
    assert exchange(address, b"GET / HTTP/1.1\r\nX: ", *[b"a" * 65536] * 200) in (b"",)


def test_body_that_is_slow_is_given_up(address: tuple[str, int]) -> None:
    began = time.monotonic()
    said = exchange(address, HEAD + b"Content-Length: 9\r\nConnection: close\r\n\r\n", *[b"{"] * 8, pause_s=0.15)
    assert b"408" in said.partition(b"\r\n")[0]
    assert time.monotonic() - began < 4
