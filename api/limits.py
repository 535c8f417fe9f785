"""How long the head of a request may be. Plain ASGI, as the rest of the border."""

from __future__ import annotations

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api import errors

LONGEST_ADDRESS_BYTES = 40_000
"""Room for the longest text that may be asked about: 4,000 Chinese characters, nine bytes each in a query."""
LONGEST_HEADERS_BYTES = 32_000
MOST_HEADERS = 100


class HeadLimit:
    """Refuses an address (414) or headers (431) longer than any request of this service needs to have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            request = Request(scope)
            await errors.answer(request, refusal)(scope, receive, send)


def _refusal(scope: Scope) -> HTTPException | None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS_BYTES:
        return HTTPException(414, f"The address is longer than {LONGEST_ADDRESS_BYTES:,} bytes.")
    headers = scope["headers"]
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > LONGEST_HEADERS_BYTES:
        return HTTPException(
            431, f"There are more than {MOST_HEADERS} headers, or more than {LONGEST_HEADERS_BYTES:,} bytes of them."
        )
    return None
