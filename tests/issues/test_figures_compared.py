"""Figures of two periods are those that anybody counts from the matters one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert

from gis.issues.deadlines import OnTime
from gis.issues.figures import Both, Compared, Figures, compared_figures
from gis.issues.filters import SETTLED, IssueFilter
from gis.storage.tables import LEVELS_SETTLED, OPEN, WAYS_SETTLED, issue
from tests.world import COMMUNITY, NOON

NOW = datetime.now(UTC)
PERIOD = timedelta(days=10)
STATUSES = ("reported", "accepted", "at_street", "resolved", "closed", "withdrawn")
MATTER = st.fixed_dictionaries(
    {
        "hours": st.integers(-2 * 240 - 12, 239),
        "status": st.sampled_from(STATUSES),
        "line": st.sampled_from(["综治", "信访", None]),
        "topic": st.sampled_from(["消防安全", "噪音扰民", None]),
        "grid": st.sampled_from(["G1", "G2", None]),
        "due": st.sampled_from([-5, 5, None]),
        "paused": st.booleans(),
        "was_late": st.booleans(),
        "answered": st.none() | st.integers(1, 500),
        "resolved": st.none() | st.integers(1, 900),
        "closed": st.none() | st.integers(1, 900),
        "level": st.sampled_from([*LEVELS_SETTLED, None]),
        "way": st.sampled_from([*WAYS_SETTLED, None]),
    }
)


def row(matter: dict[str, Any], world: SimpleNamespace) -> dict[str, Any]:
    at, grid = NOON + timedelta(hours=matter["hours"]), matter["grid"]
    times = {
        name: None if matter[key] is None else at + timedelta(minutes=matter[key])
        for name, key in (("first_answered_at", "answered"), ("resolved_at", "resolved"), ("closed_at", "closed"))
    }
    return times | {
        "community_id": world.community_id,
        "source": "web",
        "text": "水",
        "receipt": {},
        "location_method": "none",
        "reported_at": at,
        "status": matter["status"],
        "line": matter["line"],
        "topic": matter["topic"],
        "grid_id": world.grids[grid] if grid else None,
        "grid_version_id": world.versions[grid] if grid else None,
        "due_at": None if matter["due"] is None else NOW + timedelta(hours=matter["due"]),
        "paused_at": NOW if matter["paused"] else None,
        "was_late": matter["was_late"],
        "settled_level": matter["level"],
        "settled_way": matter["way"],
    }


def counted(rows: Iterable[dict[str, Any]], *, times: bool = True) -> Figures:
    """The figures of matters, by counting."""
    rows = list(rows)
    settled = [each for each in rows if each["status"] in SETTLED]
    late = [
        each
        for each in rows
        if each["status"] in OPEN and each["due_at"] and each["due_at"] < NOW and not each["paused_at"]
    ]
    closed = [each for each in rows if each["status"] == "closed"]
    kept = sum(not each["was_late"] for each in closed)
    of_all = {
        "received": len(rows),
        "open": sum(each["status"] in OPEN for each in rows),
        "settled": len(settled),
        "overdue": len(late),
        "on_time": OnTime(kept, len(closed) + len(late)),
    }
    if not times:
        return Figures(**of_all)
    answers = [each["first_answered_at"] - each["reported_at"] for each in rows if each["first_answered_at"]]
    settlements = [done - each["reported_at"] for each in settled if (done := each["resolved_at"] or each["closed_at"])]
    return Figures(
        **of_all,
        first_answer=median(answers) if answers else None,
        first_answers=len(answers),
        settlement=median(settlements) if settlements else None,
        settlements=len(settlements),
        levels={name: sum(each["settled_level"] == name for each in settled) for name in LEVELS_SETTLED},
        ways={name: sum(each["settled_way"] == name for each in settled) for name in WAYS_SETTLED},
    )


def by_hand(rows: list[dict[str, Any]]) -> Compared:
    def both(fits: Any = lambda _: True, *, times: bool = True) -> Both:
        now, before = (
            [each for each in rows if since <= each["reported_at"] < since + PERIOD and fits(each)]
            for since in (NOON, NOON - PERIOD)
        )
        return Both(counted(now, times=times), counted(before, times=times))

    def parts(column: str, *, times: bool) -> dict[Any, Both]:
        values = {each[column] for each in rows if NOON - PERIOD <= each["reported_at"] < NOON + PERIOD}
        return {value: both(lambda each, v=value: each[column] == v, times=times) for value in values}

    lines, topics = parts("line", times=False), parts("topic", times=False)
    return Compared(
        all=both(),
        by_grid=parts("grid_id", times=True),
        by_line={name or "": each for name, each in lines.items()},
        by_topic={name or "": each for name, each in topics.items()},
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(matters=st.lists(MATTER, max_size=25))
def test_figures_are_those_of_counting(
    matters: list[dict[str, Any]], connection: Connection, world: SimpleNamespace
) -> None:
    rows = [row(each, world) for each in matters]
    with connection.begin_nested() as attempt:
        connection.execute(delete(issue))
        if rows:
            connection.execute(insert(issue), rows)
        chosen = IssueFilter(community=COMMUNITY, since=NOON, until=NOON + PERIOD)
        found = compared_figures(connection, chosen, since_before=NOON - PERIOD)
        attempt.rollback()
    expected = by_hand(rows)
    if rows and expected.all != Both():
        assert found == expected
    else:
        assert found.all == Both()
