"""What waits for a worker: whose matters, in which order, and whether anything has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from gis.storage.session import transaction
from gis.storage.tables import issue, post
from tests.api.people.conftest import entered, lived, lived_app, lived_engine, matter, sign_in

__all__ = ["entered", "lived", "lived_app", "lived_engine", "matter", "sign_in"]


@pytest.fixture
def given(matter: Callable[..., str], lived: Any) -> Callable[..., str]:
    """Writes a matter that has been given to 赵一, whose post in G1 it is, due in so many hours."""

    def write(house: str = "B1", *, due_in_h: float | None = None, **values: Any) -> str:
        due = {"due_at": datetime.now(UTC) + timedelta(hours=due_in_h)} if due_in_h is not None else {}
        return matter(house, **(_held_by(lived, "赵一") | due | values))

    return write


def _held_by(lived: Any, name: str) -> dict[str, Any]:
    return {"worker_id": lived.workers[name], "post_id": lived.posts[name]}


@pytest.fixture(autouse=True)
def posts(lived: Any, lived_engine: Engine) -> None:
    """The ids of the posts, by who holds them in G1."""
    with transaction(lived_engine) as connection:
        rows = connection.execute(post.select().where(post.c.grid_id == lived.grids["G1"]))
        names = {id: name for name, id in lived.workers.items()}
        lived.posts = {names[row.worker_id]: row.id for row in rows}


def groups(client: Any, ids: list[str], of: str = "mine") -> list[tuple[str, str]]:
    """The group of each of these matters, in the order of the inbox."""
    matters = client.get("/api/inbox", params={"of": of}).json()["matters"]
    return [(each["group"], each["id"]) for each in matters if each["id"] in ids]


def test_most_pressing_come_first(sign_in, given) -> None:
    ids = [
        given(status="resolved", due_in_h=None),
        given(status="at_street", due_in_h=-9),
        given(status="accepted", due_in_h=50),
        given(due_in_h=30),
        given(due_in_h=1),
        given(due_in_h=-2),
        given(due_in_h=-5, status="accepted"),
        given(due_in_h=-5, paused_at=datetime.now(UTC)),
        given(due_in_h=None),
    ]
    assert groups(sign_in("赵一"), ids) == [
        ("overdue", ids[6]),
        ("overdue", ids[5]),
        ("soon", ids[4]),
        ("new", ids[7]),
        ("new", ids[3]),
        ("new", ids[8]),
        ("working", ids[2]),
        ("check", ids[0]),
        ("elsewhere", ids[1]),
    ]


def test_what_is_over_waits_for_nobody(sign_in, given) -> None:
    ids = [given(status=status) for status in ("withdrawn", "closed")]
    assert groups(sign_in("赵一"), ids) == []


def test_mine_is_not_a_colleagues_and_the_whole_grid_is_both(sign_in, given, matter, lived) -> None:
    own, colleagues = given(), matter("B1", **_held_by(lived, "周九"))
    assert groups(sign_in("赵一"), [own, colleagues]) == [("new", own)]
    assert dict(map(reversed, groups(sign_in("赵一"), [own, colleagues], "grid"))).keys() == {own, colleagues}
    assert groups(sign_in("周九"), [own, colleagues]) == [("new", colleagues)]
    assert groups(sign_in("孙三"), [own, colleagues], "grid") == []


def test_matter_of_nobody_and_of_who_has_left_is_everybodys_who_sees_it(
    sign_in, matter, lived, lived_engine: Engine
) -> None:
    nobodys, of_who_left = matter("B1"), matter("B1", **_held_by(lived, "周九"))
    assert groups(sign_in("赵一"), [nobodys, of_who_left]) == [("new", nobodys)]
    ended = update(post).where(post.c.id == lived.posts["周九"])
    try:
        with transaction(lived_engine) as connection:
            connection.execute(ended.values(valid_to=date(2025, 1, 1)))
        assert groups(sign_in("赵一"), [nobodys, of_who_left]) == [("new", nobodys), ("new", of_who_left)]
    finally:
        with transaction(lived_engine) as connection:
            connection.execute(ended.values(valid_to=None))


def test_inbox_of_who_holds_no_post_is_empty(sign_in, given) -> None:
    given()
    for name in ("admin", "dispatcher", "official", "planner"):
        assert sign_in(name).get("/api/inbox").json() == {"due_today": 0, "done_today": 0, "matters": []}
    assert sign_in("intake").get("/api/inbox").status_code == 403


def test_asked_again_it_says_whether_anything_has_changed(sign_in, given, lived_engine: Engine) -> None:
    worker, own = sign_in("赵一"), given()
    etag = worker.get("/api/inbox").headers["etag"]
    assert worker.get("/api/inbox", headers={"if-none-match": etag}).status_code == 304
    assert worker.head("/api/inbox").headers["etag"] == etag
    with transaction(lived_engine) as connection:
        connection.execute(update(issue).where(issue.c.id == int(own)).values(urgency="urgent"))
    assert worker.get("/api/inbox", headers={"if-none-match": etag}).status_code == 200


def test_what_was_resolved_today_is_counted(sign_in, given) -> None:
    worker, own = sign_in("赵一"), given(status="accepted")
    before = worker.get("/api/inbox").json()["done_today"]
    step = {"to": "resolved", "answer": "修好了", "settled_at": "格"}
    worker.post(f"/api/issues/{own}/transitions", json=step, headers={"if-match": "*"})
    after = worker.get("/api/inbox").json()
    assert after["done_today"] == before + 1
    assert [each["own"] for each in after["matters"] if each["id"] == own] == [True]


def test_matter_that_went_elsewhere_leads_back_to_the_list(sign_in, matter) -> None:
    worker = sign_in("赵一")
    gone = worker.get(f"/inbox/{matter('B3')}?of=grid")
    assert (gone.status_code, gone.headers["location"]) == (303, "/inbox?of=grid")
