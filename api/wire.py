"""A connection that does not wait for ever: who sends the head of a request slowly, or without an end, is cut off.

Uvicorn bounds neither: with some hundred connections, each sending a byte now and then, anybody could keep a service
busy that no route ever hears of. From the complete head on, the border (`api.border`, `api.limits`) has its own bounds.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD_BYTES = 128_000
"""More than the border takes, so that whoever is only a little too long gets a proper answer."""
HEAD_S = 10.0
"""From the connection, or the first byte of a further request, to the end of its headers."""


class Connection(HttpToolsProtocol):
    """Uvicorn's connection, closed when the head of a request is too long or takes too long."""

    _read_bytes = 0
    _in_head = True
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_S, transport.close)

    def on_message_begin(self) -> None:
        self._in_head, self._read_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        self._read_bytes += len(data)
        super().data_received(data)
        if not self._in_head:
            self._stop_waiting()
        elif self._read_bytes > LONGEST_HEAD_BYTES:
            self.transport.close()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_S, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
