"""The short way for a point: answered from memory, without a route, a thread or the database.

Taking a request to pieces, finding its route and asking the database each cost more than the answer to
"which grid is here, now?". So this layer, inside the gate, answers that one question of `GET /api/locate`,
as its route would. Whatever is more than that goes on to the route: words, codes, other times, everything that
has a fault, and all of it while what is in memory is not known to be current.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

from api.reading import decide_from
from api.schemas.locating import LocateQuery, located
from gis.errors import InvalidInput
from gis.geolocation.clues import Knowledge
from gis.security.permissions import may
from gis.settings import Settings

PATH = "/api/locate"


class PointsFromMemory:
    """Answers points of now for as long as `points()` gives what to decide them from."""

    def __init__(self, app: ASGIApp, points: Callable[[], Knowledge | None], settings: Settings) -> None:
        self.app = app
        self.points = points
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = self._answer(scope) if scope.get("path") == PATH and scope["method"] == "GET" else None
        if body is None:
            await self.app(scope, receive, send)
            return
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope) -> bytes | None:
        knowledge = self.points()
        actor = scope["state"]["actor"]
        if knowledge is None or not may(actor, "read"):
            return None
        given: dict[str, Any] = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        try:
            asked = LocateQuery.model_validate(given)
            if not asked.is_point_now:
                return None
            decision = decide_from(knowledge, asked, self.settings)
        except (ValidationError, InvalidInput):
            return None
        return to_json(located(decision))
