"""Reports as they arrive: those that come at the same time are recorded in one transaction.

Each is read, decided and recorded as its own account, as if it had come alone, and answered after the commit.
What is wrong with one is nothing to the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from fastapi import Request, Response
from sqlalchemy import Engine
from starlette.types import ASGIApp, Receive, Scope, Send

from api import errors
from api.gathering import Gathering
from api.reading import read_report
from gis.actor import SYSTEM, Actor
from gis.errors import GisError
from gis.issues.in_full import IssueInFull, issues_in_full
from gis.issues.record import record_many
from gis.issues.report import Answer, IssueReport
from gis.security.permissions import may
from gis.settings import Settings
from gis.storage.session import set_actor, transaction

PATH = "/api/issues"

Sent = tuple[bytes, Actor]
"""The body of a report, and who reports."""
Told = tuple[IssueInFull, bool]
"""The issue that a report has become, and whether it is new."""


class Intake(Gathering[Sent, Told]):
    """Records what is reported; raises as `record` and `read_report` do."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__(self._record)
        self._engine = engine
        self._settings = settings

    def _record(self, sent: Sequence[Sent]) -> list[Told | Exception]:
        by_actor: dict[Actor, list[int]] = defaultdict(list)
        for at, (_, actor) in enumerate(sent):
            by_actor[actor].append(at)
        answers: dict[int, Answer] = {}
        with transaction(self._engine, sent[0][1]) as connection:
            for number, (actor, places) in enumerate(by_actor.items()):
                if number:
                    set_actor(connection, actor)
                reports: dict[int, IssueReport] = {}
                for at in places:
                    try:
                        reports[at] = read_report(connection, sent[at][0], self._settings)
                    except GisError as error:
                        answers[at] = error
                recorded = record_many(connection, list(reports.values()), settings=self._settings, actor=actor)
                answers |= zip(reports, recorded, strict=True)
            set_actor(connection, SYSTEM)  # who reports is told where it went, also where they see nothing else
            issues = issues_in_full(connection, {each[0] for each in answers.values() if isinstance(each, tuple)})
        return [_told(answers[at], issues) for at in range(len(sent))]


def _told(answer: Answer, issues: dict[int, IssueInFull]) -> Told | Exception:
    return answer if isinstance(answer, GisError) else (issues[answer[0]], answer[1])


class StraightToIntake:
    """Takes a report to its route without the search for it, which costs more than all else that a request does.

    Whoever may not report goes on to the route, and is refused there.
    """

    def __init__(self, app: ASGIApp, route: Callable[[Request, Actor], Awaitable[Response]]) -> None:
        self.app = app
        self.route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != PATH or scope["method"] != "POST" or not may(scope["state"]["actor"], "report_issue"):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            answer = await self.route(request, scope["state"]["actor"])
        except errors.FORESEEN as error:
            answer = errors.answer(request, error)
        await answer(scope, receive, send)
