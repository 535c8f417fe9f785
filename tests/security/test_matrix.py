"""Who may do what, where: every role, in its own grid and in another, now and after its post has ended.

Read a row as: what this person is answered for a matter (and the household, and the car) in grid G1, and for
one in G2. 2xx is written `yes`; `no` is 403: no rule gives this role the action; `-` is 404: the row is none that
this person may see, and the answer is the one of a row that does not exist. An online group is no secret: that it is
none of one's own is 403. The house in G2 has fewer than k
households: officials and planners are told of none in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import update

from gis.storage.session import transaction
from gis.storage.tables import post
from tests.api.people.conftest import entered, lived, lived_app, lived_engine, matter, sign_in
from tests.world import point

__all__ = ["entered", "lived", "lived_app", "lived_engine", "matter", "sign_in"]

HOUSES = {"G1": ("B1", "张家", "渝A12345", "QA"), "G2": ("B3", "B3 1", "渝B67890", "QB")}
"""In each grid a house, a household, its car, and the online group that covers the grid."""
POINTS = {"B1": (107.0003, 29.0005), "B3": (107.0015, 29.0005)}
DAYS = (date(2190, 1, 1) + timedelta(days=number) for number in count())
"""Far ahead, and each once: what is changed on one is in nobody's way."""
ALLOWED = {
    "read a matter": """
        admin yes yes | dispatcher yes yes
        official yes yes | planner yes yes | 官 - -
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 yes - | 吴五 yes - | 郑六 - - | intake no no
    """,
    "read its timeline": """
        admin yes yes | dispatcher yes yes
        official yes yes | planner yes yes | 官 - -
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 yes - | 吴五 yes - | 郑六 - - | intake no no
    """,
    "pin it": """
        admin yes yes | dispatcher yes yes
        official no no | planner yes yes | 官 no no
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 no no | 吴五 no no | 郑六 no no | intake no no
    """,
    "take it up": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 - -
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 no - | 吴五 no - | 郑六 - - | intake - -
    """,
    "withdraw it": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 - -
        赵一 no - | 孙三 - no | 钱二 - -
        周九 no - | 吴五 no - | 郑六 - - | intake - -
    """,
    "make it urgent": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 no no
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 no no | 吴五 no no | 郑六 no no | intake no no
    """,
    "say what it is about": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 no no
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 no no | 吴五 no no | 郑六 no no | intake no no
    """,
    "look at its photos": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 no no
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 yes - | 吴五 yes - | 郑六 - - | intake no no
    """,
    "read a household": """
        admin yes yes | dispatcher yes yes
        official yes - | planner yes - | 官 - -
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 yes - | 吴五 yes - | 郑六 no no | intake no no
    """,
    "unmask a household": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 no no
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 no no | 吴五 no no | 郑六 no no | intake no no
    """,
    "paste the chat of its group": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 no no
        赵一 yes no | 孙三 no yes | 钱二 no no
        周九 yes no | 吴五 no no | 郑六 yes no | intake no no
    """,
    "read its online group": """
        admin yes yes | dispatcher yes yes
        official yes yes | planner yes yes | 官 - -
        赵一 - - | 孙三 - - | 钱二 - -
        周九 - - | 吴五 - - | 郑六 yes - | intake no no
    """,
    "let a group cover its house": """
        admin yes yes | dispatcher yes yes
        official no no | planner yes yes | 官 no no
        赵一 no no | 孙三 no no | 钱二 no no
        周九 no no | 吴五 no no | 郑六 no no | intake no no
    """,
    "appoint somebody to a group": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 no no
        赵一 no no | 孙三 no no | 钱二 no no
        周九 no no | 吴五 no no | 郑六 no no | intake no no
    """,
    "ask for a car to be moved": """
        admin yes yes | dispatcher yes yes
        official no no | planner no no | 官 no no
        赵一 yes - | 孙三 - yes | 钱二 - -
        周九 yes - | 吴五 yes - | 郑六 - - | intake no no
    """,
}


def cells(rows: str) -> dict[str, tuple[str, str]]:
    told = [row.split() for line in rows.strip().splitlines() for row in line.split("|")]
    return {who: (here, there) for who, here, there in told}


def word(answer: Any) -> str:
    """What stands in the table for an answer; a status that has no place there, as itself."""
    status = answer.status_code
    return {403: "no", 404: "-"}.get(status, "yes" if 200 <= status < 300 else str(status))


def worked_out(client: Any, address: str) -> Any:
    """The answer, also where it takes long."""
    while (given := client.get(address)).status_code == 202:
        time.sleep(0.05)
    return given


ACTIONS: dict[str, tuple[str, str, dict[str, str] | None]] = {
    "read a matter": ("GET", "/api/issues/{matter}", None),
    "read its timeline": ("GET", "/api/issues/{matter}/timeline", None),
    "pin it": ("POST", "/api/issues/{matter}/location", {"building_id": "{house}"}),
    "take it up": ("POST", "/api/issues/{matter}/transitions", {"to": "accepted"}),
    "withdraw it": ("POST", "/api/issues/{matter}/transitions", {"to": "withdrawn", "note": "误报"}),
    "make it urgent": ("POST", "/api/issues/{matter}/urgency", {"urgency": "urgent", "note": "有人"}),
    "say what it is about": ("POST", "/api/issues/{matter}/topic", {"topic": "矛盾纠纷"}),
    "look at its photos": ("GET", "/api/issues/{matter}/attachments", None),
    "read a household": ("GET", "/api/households/{home}", None),
    "unmask a household": (
        "POST",
        "/api/unmask",
        {"household_id": "{home}", "issue_id": "{matter}", "purpose": "上门核实"},
    ),
    "paste the chat of its group": ("POST", "/api/intake/conversation", {"group": "{group}", "text": "王姐：漏水"}),
    "read its online group": ("GET", "/api/groups/{group}", None),
    "let a group cover its house": (
        "POST",
        "/api/groups/{group}/covers",
        {"building_id": "{house}", "from": "{day}", "to": "{next_day}"},
    ),
    "appoint somebody to a group": (
        "POST",
        "/api/groups/{group}/posts",
        {"worker": "W1", "role": "group_head", "from": "{day}", "to": "{next_day}"},
    ),
    "ask for a car to be moved": (
        "POST",
        "/api/vehicles/move-requests",
        {"plate": "{plate}", "issue_id": "{matter}", "message": "请挪车"},
    ),
}


def answer(client: Any, action: str, place: dict[str, str]) -> Any:
    method, path, told = ACTIONS[action]
    body = told and {name: value.format(**place) for name, value in told.items()}
    return client.request(method, path.format(**place), json=body, headers={"if-match": "*"})


def days() -> dict[str, str]:
    day = next(DAYS)
    return {"day": day.isoformat(), "next_day": (day + timedelta(days=1)).isoformat()}


@pytest.mark.parametrize("action", ACTIONS)
def test_action_is_open_to_whom_the_table_says(action: str, lived, sign_in, matter) -> None:
    places = [
        {"house": house, "home": str(lived.homes[home]), "plate": plate, "group": group}
        for house, home, plate, group in HOUSES.values()
    ]
    told = {}
    for who in lived.actors:
        client = sign_in(who)
        told[who] = tuple(
            word(
                answer(
                    client, action, place | {"matter": matter(place["house"], text=f"{place['plate']} 挡路")} | days()
                )
            )
            for place in places
        )
    assert told == cells(ALLOWED[action])


SEEN = """
    admin 1 1 | dispatcher 1 1
    official 1 1 | planner 1 1 | 官 0 0
    赵一 1 0 | 孙三 0 1 | 钱二 0 0
    周九 1 0 | 吴五 1 0 | 郑六 0 0 | intake no no
"""
"""How many matters this person's map counts of one in grid G1, and of one in G2."""
COUNTING: dict[str, tuple[str, Callable[[Any], int]]] = {
    "ledger": ("/api/issues?source={source}", lambda told: len(told["features"])),
    "slider": ("/api/maps/days?source={source}", lambda told: sum(told["matters"])),
    "surface": (
        "/api/maps/cells?source={source}&bbox=106.9,28.9,107.1,29.1&zoom=17",
        lambda told: sum(told["matters"]),
    ),
    "dashboard": (
        "/api/maps/grids?source={source}&from=2024-05-20&to=2024-06-10&measure=change",
        lambda told: sum(grid["part"] for grid in told["measures"][0]["grids"]),
    ),
    "hotspots": ("/api/maps/hotspots?source={source}&rate_per=matter", lambda told: told["matters"]),
}


@pytest.mark.parametrize("page", COUNTING)
def test_map_counts_just_what_its_reader_sees(page: str, lived, sign_in, matter) -> None:
    address, counted = COUNTING[page]
    sources = [f"{page}_{grid}" for grid in HOUSES]
    for source, (house, *_) in zip(sources, HOUSES.values(), strict=True):
        matter(house, source=source, geom=point(*POINTS[house]))
    told = {}
    for who in lived.actors:
        client = sign_in(who)
        answers = [worked_out(client, address.format(source=source)) for source in sources]
        told[who] = tuple(str(counted(each.json())) if each.status_code == 200 else word(each) for each in answers)
    assert told == cells(SEEN)


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/api/reports", "赵一 孙三 钱二 周九 吴五 郑六 intake"),
        ("/ogc/collections", "intake"),
        ("/api/maps/days", "intake"),
    ],
)
def test_what_tells_of_a_whole_community_is_refused_to(path: str, refused: str, lived, sign_in) -> None:
    assert [who for who in lived.actors if sign_in(who).get(path).status_code == 403] == refused.split()


@pytest.mark.parametrize("path", ["/api/audit", "/api/accounts", "/api/rules", "/api/notices"])
def test_what_is_the_administrators_is_nobody_elses(path: str, lived, sign_in) -> None:
    assert [who for who in lived.actors if sign_in(who).get(path).status_code != 403] == ["admin"]


def test_foreign_row_is_answered_as_one_that_does_not_exist(lived, sign_in, matter) -> None:
    worker, foreign = sign_in("赵一"), matter("B3")
    for address, missing in (
        (f"/api/issues/{foreign}", "/api/issues/999999999"),
        (f"/api/issues/{foreign}/timeline", "/api/issues/999999999/timeline"),
        (f"/api/issues/{foreign}/duplicates", "/api/issues/999999999/duplicates"),
        (f"/api/households/{lived.homes['B3 1']}", "/api/households/999999999"),
    ):
        there, nowhere = worker.get(address), worker.get(missing)
        assert (there.status_code, nowhere.status_code) == (404, 404)
        blank = str.maketrans("", "", "0123456789")
        assert there.text.translate(blank) == nowhere.text.translate(blank)
        assert dict(there.headers).keys() == dict(nowhere.headers).keys()


def test_worker_loses_sight_of_a_grid_the_moment_the_post_ends(lived, lived_engine, sign_in, matter) -> None:
    client, own = sign_in("孙三"), matter("B3")
    held = update(post).where(post.c.worker_id == lived.workers["孙三"])
    assert client.get(f"/api/issues/{own}").status_code == 200
    try:
        with transaction(lived_engine) as connection:
            connection.execute(held.values(valid_to=date(2025, 1, 1)))
        assert client.get(f"/api/issues/{own}").status_code == 404
        assert client.get(f"/api/households/{lived.homes['B3 1']}").status_code == 404
        assert client.get("/api/households").json()["households"] == []
    finally:
        with transaction(lived_engine) as connection:
            connection.execute(held.values(valid_to=None))
    assert client.get(f"/api/issues/{own}").status_code == 200
