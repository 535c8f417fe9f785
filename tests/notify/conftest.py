"""The hand-drawn town with somebody who listens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from benchmarks.receiver import Receiver, receiving
from gis.actor import SYSTEM
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.issues.workflow import Move, move
from gis.notify.channels import ChannelIn, add_channel
from gis.notify.sender import Sent, send_due
from gis.population.residents import numbers_of
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import notice
from tests.world import COMMUNITY, build_world


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as state:
        yield state


class Town:
    """The hand-drawn town in a database of its own, and what is done in it."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        with transaction(engine) as connection:
            self.world = build_world(connection)

    def report(self, **values: Any) -> int:
        """A matter in 梨园1栋, in grid G1 of 赵一, reported now."""
        told = {"text": "旧水管漏水", "source": "test", "building_id": "B1", "reported_at": datetime.now(UTC)} | values
        with transaction(self.engine) as connection:
            return record(connection, IssueReport(**told), settings=self.settings, actor=SYSTEM)[0]

    def step(self, issue_id: int, to: str, **told: Any) -> None:
        with transaction(self.engine) as connection:
            wanted = Move(to=to, **told)  # type: ignore[arg-type]
            move(connection, issue_id, wanted, version=None, settings=self.settings, actor=SYSTEM)

    def resolve(self, issue_id: int, answer: str = "已更换阀门") -> None:
        self.step(issue_id, "accepted")
        self.step(issue_id, "resolved", answer=answer, settled_level="grid")

    def channel(self, address: str, scope: str = "area", whom: str = COMMUNITY, **more: Any) -> int:
        wanted = ChannelIn(name=f"{scope} {whom}", scope=scope, whom=whom, address=address, **more)
        with transaction(self.engine) as connection:
            return add_channel(connection, wanted, actor=SYSTEM)

    def send(self, settings: Settings | None = None) -> Sent:
        return send_due(self.engine, settings or self.settings, numbers_of)

    def notices(self, *columns: Any) -> list[Any]:
        """Of each notice, in order, these columns; its state without any."""
        with transaction(self.engine) as connection:
            query = select(*(columns or (notice.c.state,))).order_by(notice.c.id)
            rows = connection.execute(query).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    def make_due(self) -> None:
        """Let every wait be over."""
        with transaction(self.engine) as connection:
            connection.execute(update(notice).values(next_try_at=text("now()")))
            connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))

    def waiting(self) -> int:
        with transaction(self.engine) as connection:
            found: int = connection.scalar(text("SELECT count(*) FROM outbox"))
        return found


@pytest.fixture
def town(engine: Engine, settings: Settings) -> Town:
    return Town(engine, settings)
