"""Who may paste, what is kept of a chat, that it is recorded once, and all or nothing of it."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update

from gis.storage.programs import find_programs
from gis.storage.session import OWNER, transaction
from gis.storage.tables import conversation, issue, message
from tests.api.conversations.conftest import NICKNAMES, PHONE, PLATE

Paste = Callable[..., dict[str, Any]]
RESIDENTS = tuple(name for name in NICKNAMES if "赵一" not in name)


def recorded_issues(engine: Engine) -> int:
    with transaction(engine) as connection:
        return connection.scalar(select(func.count()).select_from(issue)) or 0


def dump(engine: Engine) -> str:
    """All rows as plain SQL, without the register of cars, where plates stand."""
    url = engine.url.set(drivername="postgresql", username=OWNER).render_as_string(hide_password=False)
    asked = [find_programs()[0].path("pg_dump"), "--data-only", "--exclude-table-data=dualgrid.vehicle", url]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def confirm_all(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"lines": each["lines"]} for each in told["proposals"]]


def test_neither_dump_nor_log_has_a_number_or_a_nickname(
    pasted: Paste,
    confirmed: Callable[..., Any],
    lived_engine: Engine,
    evening: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    waiting, told = pasted(evening), pasted(evening)
    leak, car = told["proposals"]
    answer = {"answer": f"王桂芳，已处理，有事打{PHONE}", "settled_at": "格"}
    done = confirmed(told["id"], {"lines": leak["lines"]} | answer, {"lines": car["lines"], "ask_to_move": "请挪车"})
    assert done.status_code == 200, done.text
    kept = dump(lived_engine)
    assert f"\n{waiting['id']}\t" in kept
    for secret in (PHONE, PLATE, *RESIDENTS, "陈大明"):
        assert secret not in kept
        assert secret.encode().hex() not in kept
        assert secret not in caplog.text
        assert secret not in str(told)
        assert secret not in done.text


def test_the_search_of_the_dump_catches_a_nickname(pasted: Paste, lived_engine: Engine, evening: str) -> None:
    told = pasted(evening)
    with transaction(lived_engine) as connection:
        marked = update(conversation).where(conversation.c.id == int(told["id"]))
        connection.execute(marked.values(confirmed_at=func.now(), text_sealed=None, recorded=[RESIDENTS[0]]))
    assert RESIDENTS[0] in dump(lived_engine)
    with transaction(lived_engine) as connection:
        connection.execute(marked.values(recorded=[]))


def test_text_goes_with_the_confirmation(
    pasted: Paste, confirmed: Callable[..., Any], sign_in: Callable[..., Any], lived_engine: Engine, evening: str
) -> None:
    told = pasted(evening)
    confirmed(told["id"], *confirm_all(told))
    with transaction(lived_engine) as connection:
        row = connection.execute(select(conversation).where(conversation.c.id == int(told["id"]))).one()
    assert row.text_sealed is None
    shown = sign_in("赵一").get(f"/api/intake/conversation/{told['id']}").json()
    assert (shown["state"], shown["proposals"], len(shown["recorded"])) == ("confirmed", [], 2)


def test_second_confirmation_is_answered_as_the_first(
    pasted: Paste, confirmed: Callable[..., Any], lived_engine: Engine, evening: str
) -> None:
    told = pasted(evening)
    first = confirmed(told["id"], *confirm_all(told))
    before = recorded_issues(lived_engine)
    for matters in (confirm_all(told), [], [{"lines": [999]}]):
        assert confirmed(told["id"], *matters).json() == first.json()
    assert recorded_issues(lived_engine) == before


def test_same_chat_again_by_another_shows_what_is_recorded_and_records_nothing(
    pasted: Paste, confirmed: Callable[..., Any], lived_engine: Engine, evening: str
) -> None:
    told = pasted(evening)
    leak, _ = confirmed(told["id"], *confirm_all(told)).json()["recorded"]
    before = recorded_issues(lived_engine)
    # The phone copies no seconds and leaves lines out; a line is known by its day, its writer and its words.
    again = pasted(evening.replace("大家晚上好", "晚上好"), who="周九")
    assert [each["whole"] for each in again["proposals"]] == [True, True]
    assert again["proposals"][0]["recorded"] == [leak["id"]]
    assert {line["issue"] for line in again["proposals"][0]["said"]} == {leak["id"]}
    answer = confirmed(again["id"], *confirm_all(again), who="周九").json()["recorded"]
    assert [each["new"] for each in answer] == [False, False]
    assert answer[0]["id"] == leak["id"]
    assert recorded_issues(lived_engine) == before


def test_new_lines_of_a_recorded_matter_are_told_from_the_old(
    pasted: Paste, confirmed: Callable[..., Any], evening: str
) -> None:
    told = pasted(evening)
    leak = told["proposals"][0]
    (known,) = confirmed(told["id"], {"lines": leak["lines"][:2]}).json()["recorded"]
    again = pasted(evening)
    shown = again["proposals"][0]
    assert [line["recorded"] for line in shown["said"]] == [True, True, False, False]
    assert (shown["whole"], shown["recorded"]) == (False, [known["id"]])
    old, new = confirmed(again["id"], {"lines": shown["lines"], "into": known["id"]}).json()["recorded"]
    assert (old["id"], old["new"], old["lines"]) == (known["id"], False, [2, 3])
    assert (new["new"], new["lines"]) == (True, [4, 5])


def test_same_chat_confirmed_by_two_at_once_is_recorded_once(
    pasted: Paste, confirmed: Callable[..., Any], lived_engine: Engine, evening: str
) -> None:
    one, other = pasted(evening), pasted(evening, who="周九")
    before = recorded_issues(lived_engine)
    with ThreadPoolExecutor(2) as both:
        first = both.submit(confirmed, one["id"], *confirm_all(one))
        second = both.submit(confirmed, other["id"], *confirm_all(other), who="周九")
        ids = [[each["id"] for each in done.result().json()["recorded"]] for done in (first, second)]
    assert ids[0] == ids[1]
    assert recorded_issues(lived_engine) == before + 2


def test_of_a_confirmation_with_a_fault_nothing_is_recorded(
    pasted: Paste, confirmed: Callable[..., Any], sign_in: Callable[..., Any], lived_engine: Engine, evening: str
) -> None:
    told = pasted(evening)
    before = recorded_issues(lived_engine)
    faulty = confirmed(
        told["id"],
        {"lines": [2]},
        {"lines": [2, 77]},
        {"lines": [2]},
        {"lines": [8], "settled_at": "格"},
        {"lines": [9], "answer": "好", "settled_at": "格", "into": "1"},
    )
    assert faulty.status_code == 422
    assert [(fault["where"], fault["code"]) for fault in faulty.json()["errors"]] == [
        ("matters.1.lines", "unknown_line"),
        ("matters.2.lines", "line_twice"),
        ("matters.3.answer", "missing"),
        ("matters.4.settled_at", "not_here"),
    ]
    late = confirmed(told["id"], {"lines": [2]}, {"lines": [8], "place": {"building_id": "nowhere"}})
    assert [fault["where"] for fault in late.json()["errors"]] == ["matters.1.building_id"]
    assert confirmed(told["id"], {"lines": [2]}, {"lines": [8], "into": "999999"}).status_code == 422
    assert recorded_issues(lived_engine) == before
    assert sign_in("赵一").get(f"/api/intake/conversation/{told['id']}").json()["state"] == "proposed"


def test_chat_of_which_nothing_is_worth_recording_is_confirmed_with_none(
    pasted: Paste, confirmed: Callable[..., Any], evening: str
) -> None:
    told = pasted(evening)
    assert confirmed(told["id"]).json() == {"id": told["id"], "recorded": []}


@pytest.mark.parametrize(
    ("who", "group", "status"),
    [
        ("admin", "QB", 201),
        ("dispatcher", "QA", 201),
        ("赵一", "QA", 201),
        ("周九", "QA", 201),
        ("郑六", "QA", 201),
        ("赵一", "QB", 403),
        ("孙三", "QA", 403),
        ("孙三", "QB", 201),
        ("郑六", "QB", 403),
        ("钱二", "QB", 403),  # whose post has ended
        ("吴五", "QA", 403),
        ("official", "QA", 403),
        ("planner", "QA", 403),
        ("intake", "QA", 403),
    ],
)
def test_chat_is_pasted_by_those_of_its_group(
    who: str, group: str, status: int, sign_in: Callable[..., Any], evening: str
) -> None:
    answer = sign_in(who).post("/api/intake/conversation", json={"group": group, "text": evening})
    assert answer.status_code == status, answer.text


def test_chat_is_seen_by_who_pasted_it_only(pasted: Paste, sign_in: Callable[..., Any], evening: str) -> None:
    told = pasted(evening)
    for who in ("admin", "dispatcher", "周九"):
        assert sign_in(who).get(f"/api/intake/conversation/{told['id']}").status_code == 404
        answer = sign_in(who).post(f"/api/intake/conversation/{told['id']}/confirmation", json={"matters": []})
        assert answer.status_code == 404


def test_after_a_day_it_is_gone(
    pasted: Paste, confirmed: Callable[..., Any], lived_engine: Engine, evening: str
) -> None:
    told = pasted(evening)
    with transaction(lived_engine) as connection:
        over = update(conversation).where(conversation.c.id == int(told["id"]))
        connection.execute(over.values(expires_at=text("now() - interval '1 minute'")))
    assert confirmed(told["id"]).status_code == 404
    pasted(evening, who="周九")  # the next paste, of anybody, lets go of it
    with transaction(lived_engine) as connection:
        assert connection.scalar(select(conversation.c.id).where(conversation.c.id == int(told["id"]))) is None


def test_what_cannot_be_read_is_refused_with_what_to_do(sign_in: Callable[..., Any]) -> None:
    client = sign_in("赵一")
    for body, where in (
        ({"group": "QA", "text": "“梨园”的聊天记录"}, "text"),
        ({"group": "QA", "text": "王姐 2023/2/30 9:00\n漏水"}, "line 1"),
        ({"group": "nowhere", "text": "漏水"}, "group"),
        ({"group": "QA", "text": ""}, "text"),
    ):
        answer = client.post("/api/intake/conversation", json=body)
        assert answer.status_code == 422
        assert [fault["where"] for fault in answer.json()["errors"]] == [where]


def test_lines_are_kept_as_keyed_hashes(
    pasted: Paste, confirmed: Callable[..., Any], lived_engine: Engine, evening: str
) -> None:
    told = pasted(evening)
    (recorded,) = confirmed(told["id"], {"lines": told["proposals"][0]["lines"]}).json()["recorded"]
    with transaction(lived_engine) as connection:
        rows = connection.execute(
            select(message.c.kind, message.c.external_id, message.c.sender_digest)
            .where(message.c.issue_id == int(recorded["id"]))
            .order_by(message.c.id)
        ).all()
    assert [row.kind for row in rows] == ["text", "image", "text", "text"]
    assert len({row.external_id for row in rows}) == 4
    assert len({bytes(row.sender_digest) for row in rows}) == 2
