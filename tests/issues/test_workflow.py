"""A matter's way from call to answer, step by step and at random."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict, Denied, GisError, InvalidInput, NotFound, Overtaken
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.issues.workflow import STEPS, Move, close_silent, move, onward
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import OPEN, STATUSES, account, issue, issue_event
from tests.world import NOON, add

IN_G1 = {"lon": 107.0004, "lat": 29.0004}


@pytest.fixture
def town(connection: Connection, world: SimpleNamespace, settings: Settings) -> SimpleNamespace:
    """The town with accounts: a dispatcher, two workers of G1 (a second is its stand-in), and an intake client."""
    actors = {}
    for name, role, person in (
        ("dispatcher", "dispatcher", None),
        ("other", "dispatcher", None),
        ("intake", "intake", None),
        ("worker", "worker", "赵一"),
        ("foreign", "worker", "李四"),
    ):
        worker_id = world.workers[person] if person else None
        made = add(connection, account, username=name, password_hash="x", role=role, worker_id=worker_id)
        actors[name] = Actor(name, role, made, worker_id)
    return SimpleNamespace(connection=connection, settings=settings, actors=actors, **vars(world))


def reported(town: SimpleNamespace, by: str = "intake", **known: Any) -> int:
    given = {"text": "停水了", "source": "hotline", "reported_at": NOON, **IN_G1, **known}
    actor = town.actors[by]
    with acting(town.connection, actor):
        return record(town.connection, IssueReport(**given), settings=town.settings, actor=actor)[0]


def step(town: SimpleNamespace, issue_id: int, who: str, to: Any, version: int | None = None, **told: Any) -> None:
    actor = SYSTEM if who == "system" else town.actors[who]
    with town.connection.begin_nested(), acting(town.connection, actor):
        move(town.connection, issue_id, Move(to=to, **told), version=version, settings=town.settings, actor=actor)


def held(town: SimpleNamespace, issue_id: int) -> Any:
    return town.connection.execute(select(issue).where(issue.c.id == issue_id)).one()


DONE = {"answer": "水管已修好", "settled_level": "grid"}


def test_matter_goes_from_call_to_closed_with_an_answer(town) -> None:
    matter = reported(town)
    step(town, matter, "worker", "accepted")
    step(town, matter, "worker", "resolved", settled_way="on_site", **DONE)
    assert (held(town, matter).status, held(town, matter).closed_at) == ("resolved", None)
    step(town, matter, "intake", "closed", confirmation="reporter")
    row = held(town, matter)
    assert (row.status, row.answer, row.settled_level, row.confirmation) == ("closed", "水管已修好", "grid", "reporter")
    told = select(issue_event.c.actor, issue_event.c.detail["step"].astext).where(issue_event.c.issue_id == matter)
    steps = town.connection.execute(told.order_by(issue_event.c.id)).all()
    assert steps[1:] == [("worker", "accept"), ("worker", "resolve"), ("intake", "close")]


def test_matter_is_handed_up_to_street_and_department_and_back(town) -> None:
    matter = reported(town)
    step(town, matter, "worker", "accepted")
    step(town, matter, "worker", "at_street", note="要请市政来")
    for to in ("at_department", "at_street", "accepted"):
        step(town, matter, "dispatcher", to, note="转办")
    assert held(town, matter).status == "accepted"


def test_who_resolved_a_matter_does_not_check_it(town) -> None:
    matter = reported(town)
    step(town, matter, "dispatcher", "accepted")
    step(town, matter, "dispatcher", "resolved", **DONE)
    with pytest.raises(Denied, match="another person"):
        step(town, matter, "dispatcher", "closed", confirmation="check")
    step(town, matter, "other", "closed", confirmation="check")


def test_matter_is_not_closed_without_an_answer(town) -> None:
    matter = reported(town)
    step(town, matter, "worker", "accepted")
    with pytest.raises(InvalidInput) as refused:
        step(town, matter, "worker", "resolved")
    assert [fault.where for fault in refused.value.faults] == ["answer", "settled_level"]
    with pytest.raises(Conflict, match="it may become: at_street, merged, reported, resolved"):
        step(town, matter, "worker", "closed", confirmation="check")


def test_silence_closes_after_its_days_and_not_before(town) -> None:
    matter = reported(town)
    step(town, matter, "worker", "accepted")
    step(town, matter, "worker", "resolved", **DONE)
    with pytest.raises(Conflict, match="may object until"):
        step(town, matter, "worker", "closed", confirmation="silence")
    assert close_silent(town.connection, settings=town.settings) == 0
    long_ago = datetime.now(UTC) - timedelta(days=town.settings.silent_days, minutes=1)
    town.connection.execute(update(issue).where(issue.c.id == matter).values(resolved_at=long_ago))
    assert close_silent(town.connection, settings=town.settings) == 1
    assert held(town, matter).confirmation == "silence"


def test_reporter_objects_and_the_matter_is_open_again(town) -> None:
    matter = reported(town)
    step(town, matter, "worker", "accepted")
    step(town, matter, "worker", "resolved", **DONE)
    step(town, matter, "intake", "accepted", note="还在漏")
    row = held(town, matter)
    assert (row.status, row.resolved_at, row.settled_level) == ("accepted", None, None)


def test_second_of_two_who_act_at_once_is_told(town) -> None:
    matter = reported(town)
    seen = held(town, matter).version
    step(town, matter, "worker", "accepted", version=seen)
    with pytest.raises(Overtaken, match="somebody has changed it"):
        step(town, matter, "dispatcher", "withdrawn", version=seen, note="误报")
    assert held(town, matter).status == "accepted"


def test_transferred_matter_goes_to_the_other_grids_worker_and_says_why(town) -> None:
    matter = reported(town)
    step(town, matter, "worker", "reported", grid="G4", note="在路那边")
    row = held(town, matter)
    assert (row.grid_id, row.worker_id, row.status) == (town.grids["G4"], town.workers["李四"], "reported")
    assert row.receipt["pinned"]["by"] == "worker"
    with pytest.raises(NotFound):
        step(town, matter, "worker", "accepted")
    step(town, matter, "foreign", "accepted")


def test_matter_of_a_foreign_grid_is_as_one_that_does_not_exist(town) -> None:
    with pytest.raises(NotFound):
        step(town, reported(town), "foreign", "accepted")


def test_merged_matters_are_answered_together(town) -> None:
    first, second, third = reported(town), reported(town), reported(town)
    step(town, third, "worker", "merged", into=second)
    step(town, second, "worker", "merged", into=first)
    assert {held(town, each).merged_into for each in (second, third)} == {first}
    step(town, first, "worker", "accepted")
    step(town, first, "worker", "resolved", **DONE)
    assert {held(town, each).answer for each in (first, second, third)} == {DONE["answer"]}
    with pytest.raises(InvalidInput, match="name another one that is open"):
        step(town, reported(town), "worker", "merged", into=second)


def test_matter_is_not_merged_into_one_that_its_mover_does_not_see(town) -> None:
    own, foreign = reported(town), reported(town, lon=107.0015)
    assert held(town, own).grid_id != held(town, foreign).grid_id
    with pytest.raises(InvalidInput, match="there is no issue"):
        step(town, own, "worker", "merged", into=foreign)


def test_what_has_no_place_in_a_step_is_refused(town) -> None:
    with pytest.raises(InvalidInput, match="has no place"):
        step(town, reported(town), "worker", "accepted", answer="好的")


def test_every_stage_but_the_last_has_a_way_on() -> None:
    assert {start for start, _ in STEPS} == set(STATUSES)
    assert {to for _, to in STEPS} == set(STATUSES)


def test_reporter_may_take_back_and_reopen_and_close_only() -> None:
    client = Actor("c", "intake", 1)
    assert [each.name for each in onward("reported", client, entered=True)] == ["withdraw"]
    assert {each.name for each in onward("resolved", client, entered=True)} == {"close", "reopen"}
    assert all(onward(status, client) == [] for status in STATUSES)


told = st.fixed_dictionaries(
    {},
    optional={
        "note": st.just("n"),
        "answer": st.just("a"),
        "settled_level": st.sampled_from(["household", "grid"]),
        "confirmation": st.sampled_from(["reporter", "check", "silence"]),
        "grid": st.sampled_from(["G1", "G2", "G9"]),
        "into": st.integers(1, 3),
    },
)
NEEDED = {
    "resolved": DONE,
    "closed": {"confirmation": "check"},
    "reported": {"note": "n", "grid": "G1"},
    "merged": {"into": 1},
}
walks = st.lists(
    st.tuples(
        st.sampled_from(["dispatcher", "other", "worker", "intake", "foreign"]),
        st.sampled_from(STATUSES),
        st.none() | told,
    ),
    max_size=14,
)


@example_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=walks)
def test_no_walk_breaks_what_always_holds(town, walk) -> None:
    with town.connection.begin_nested() as undone:
        matter = reported(town)
        events = 1
        for who, to, given_words in walk:
            before = held(town, matter)
            words = NEEDED.get(to, {"note": "n"}) if given_words is None else given_words
            try:
                step(town, matter, who, to, **words)
            except GisError:
                assert held(town, matter) == before
                continue
            row = held(town, matter)
            assert (before.status, row.status) in STEPS
            assert row.version > before.version
            history = select(issue_event.c.id).where(issue_event.c.issue_id == matter)
            now = len(town.connection.execute(history).all())
            assert now > events
            events = now
            if row.status == "closed":
                assert row.answer
                assert row.closed_at
                assert row.confirmation != "check" or row.resolved_by != town.actors[who].account_id
            if row.status in OPEN:
                assert row.closed_at is None
            assert (row.status == "merged") == (row.merged_into is not None)
        undone.rollback()
