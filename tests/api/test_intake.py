"""Reports that arrive at the same time: recorded together, each as if it had come alone."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from api.intake import Intake, Sent
from gis.actor import Actor
from gis.errors import InvalidInput, Unavailable
from gis.settings import Settings
from gis.storage.session import OWNER, create_engine, create_owner_engine, transaction
from gis.storage.tables import issue, issue_event

pytestmark = pytest.mark.usefixtures("town")


def together(intake: Intake, sent: list[Sent]) -> list[Any]:
    async def send() -> list[Any]:
        return await asyncio.gather(*map(intake, sent), return_exceptions=True)

    return asyncio.run(send())


def body(source: str, text: str = "路灯不亮", **known: Any) -> bytes:
    return json.dumps({"text": text, "source": source, **known}).encode()


@pytest.fixture
def intake(town_engine: Engine, settings: Settings) -> Intake:
    return Intake(town_engine, settings)


@pytest.fixture
def hotline(town: SimpleNamespace) -> Actor:
    return Actor("intake", "intake", town.accounts["intake"])


def test_what_arrives_together_is_recorded_in_few_transactions(
    intake: Intake, town_engine: Engine, hotline: Actor, source: str
) -> None:
    answers = together(intake, [(body(source, external_id=str(n)), hotline) for n in range(40)])
    assert [new for _, new in answers] == [True] * 40
    assert [full.issue.external_id for full, _ in answers] == [str(n) for n in range(40)]
    with transaction(town_engine) as connection:
        query = select(text("xmin::text")).select_from(issue).where(issue.c.source == source)
        assert len(set(connection.scalars(query))) < 5


def test_each_report_is_its_own_accounts(
    intake: Intake, town: SimpleNamespace, town_engine: Engine, hotline: Actor, source: str
) -> None:
    official = Actor("official", "official", town.accounts["official"])
    answers = together(intake, [(body(source), actor) for actor in (hotline, official, hotline)])
    ids = [full.issue.id for full, _ in answers]
    assert [full.entered_by for full, _ in answers] == [each.account_id for each in (hotline, official, hotline)]
    with transaction(town_engine) as connection:
        events = select(issue_event.c.actor).where(issue_event.c.issue_id.in_(ids)).order_by(issue_event.c.issue_id)
        by_id = dict(zip(sorted(ids), connection.scalars(events), strict=True))
    assert [by_id[id] for id in ids] == ["intake", "official", "intake"]


def test_what_is_wrong_with_one_is_nothing_to_the_others(intake: Intake, hotline: Actor, source: str) -> None:
    sent = [body(source), b"{", body(source, group="nobody"), body(source, text=""), body(source)]
    first, broken, unknown, empty, last = together(intake, [(each, hotline) for each in sent])
    assert [first[1], last[1]] == [True, True]
    codes = [{fault.code for fault in each.faults} for each in (broken, unknown, empty)]
    assert codes == [{"not_json"}, {"unknown_group"}, {"too_short"}]
    assert all(isinstance(each, InvalidInput) for each in (broken, unknown, empty))


def test_what_the_database_refuses_is_nothing_to_the_others(
    intake: Intake, town_engine: Engine, hotline: Actor, source: str
) -> None:
    owner = create_owner_engine(town_engine.url.set(username=OWNER).render_as_string(hide_password=False))
    rule = "ALTER TABLE dualgrid.issue ADD CONSTRAINT no_cursing CHECK (text <> '脏话') NOT VALID"
    with owner.begin() as connection:
        connection.execute(text(rule))
    try:
        first, refused, last = together(intake, [(body(source, text=each), hotline) for each in ("一", "脏话", "二")])
    finally:
        with owner.begin() as connection:
            connection.execute(text("ALTER TABLE dualgrid.issue DROP CONSTRAINT no_cursing"))
        owner.dispose()
    assert isinstance(refused, IntegrityError)
    assert [first[0].issue.text, last[0].issue.text] == ["一", "二"]
    with transaction(town_engine) as connection:
        kept = select(issue.c.text).where(issue.c.source == source).order_by(issue.c.id)
        assert connection.scalars(kept).all() == ["一", "二"]


def test_retry_beside_its_first_is_the_same_issue(intake: Intake, hotline: Actor, source: str) -> None:
    answers = together(intake, [(body(source, external_id="7"), hotline)] * 5)
    assert len({full.issue.id for full, _ in answers}) == 1
    assert [new for _, new in answers] == [True, False, False, False, False]


def test_without_a_database_everybody_is_told(settings: Settings, hotline: Actor) -> None:
    nowhere = create_engine("postgresql://dualgrid_app@/dualgrid?host=/nowhere")
    answers = together(Intake(nowhere, settings), [(body("web"), hotline)] * 20)
    nowhere.dispose()
    assert all(isinstance(each, Unavailable) for each in answers)
