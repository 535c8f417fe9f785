"""An evening in a group: two matters of the mission in a noisy chat, from the paste to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gis.security.masking import masked_words
from tests.api.conversations.conftest import EVENING, PHONE, PLATE

Paste = Callable[..., dict[str, Any]]


def test_two_matters_are_found_among_the_talk(pasted: Paste, evening: str) -> None:
    told = pasted(evening)
    leak, car = told["proposals"]
    assert (told["state"], told["recorded"]) == ("proposed", [])
    assert leak["lines"] == [2, 3, 4, 5]
    assert car["lines"] == [8, 9]
    assert [line["why"] for line in leak["said"]] == ["topic", "picture", "follow_up", "me_too"]
    assert {line["line"]: line["why"] for line in told["left"]} == {
        1: "courtesy",
        6: "mute",
        10: "courtesy",
        11: "talk",
    }


def test_each_has_its_place_topic_grid_and_worker(pasted: Paste, evening: str) -> None:
    leak, car = pasted(evening)["proposals"]
    assert (leak["category"]["topic"], leak["hazard"]) == ("消防安全", True)
    assert leak["places"][0]["place"] == {"building_id": "B2"}
    assert (leak["places"][0]["by"], leak["location"]["method"]) == ("decided", "address")
    assert (leak["grid"]["code"], leak["worker"]["name"]) == ("G1", "赵一")
    assert (car["category"]["topic"], car["location"]["method"], car["grid"]["code"]) == ("交通停车", "group", "G1")
    assert [(each["place"], each["by"]) for each in car["places"]] == [({"building_id": "B1"}, "nickname")]


def test_answers_of_the_staff_are_no_matters_but_belong_to_one(pasted: Paste, evening: str) -> None:
    leak, car = pasted(evening)["proposals"]
    assert [(line["line"], line["why"], line["office"]) for line in leak["answers"]] == [
        (7, "answer", "grid_worker"),
        (12, "done", "grid_worker"),
    ]
    assert [line["text"] for line in leak["answers"]] == ["马上来看", "已经处理好了，物业关了阀"]
    assert (leak["done"], car["done"], car["answers"]) == (True, False, [])


def test_numbers_and_names_are_covered_in_the_proposal(pasted: Paste, evening: str) -> None:
    told = pasted(evening)
    leak, car = told["proposals"]
    assert masked_words(str(told)) == str(told)
    assert "138****5678" in leak["text"]
    assert car["plates"] == ["渝B***90"]
    assert [leak["reporter"], car["reporter"]] == ["王**", "陈**"]
    assert told["left"][3]["text"] == "王**你家好久换的水管哦"
    assert not any(name in str(told) for name in ("王桂芳", "陈大明", "阳光雨露", "刘小妹"))


def test_nothing_is_recorded_before_it_is_confirmed(pasted: Paste, sign_in: Callable[..., Any], evening: str) -> None:
    before = sign_in("admin").get("/api/issues?source=wechat_group&limit=1000").json()["features"]
    pasted(evening)
    assert sign_in("admin").get("/api/issues?source=wechat_group&limit=1000").json()["features"] == before


def test_confirmed_matters_are_recorded_located_and_answered(
    pasted: Paste, confirmed: Callable[..., Any], sign_in: Callable[..., Any], evening: str
) -> None:
    told = pasted(evening)
    leak, car = told["proposals"]
    answer = confirmed(
        told["id"],
        {
            "lines": leak["lines"],
            "place": leak["places"][0]["place"],
            "answer": leak["answers"][1]["text"],
            "settled_at": "格",
        },
        {"lines": car["lines"], "topic": "交通停车", "ask_to_move": "请协助挪车"},
    )
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["recorded"]
    assert (first["lines"], first["new"], second["lines"]) == ([2, 3, 4, 5], True, [8, 9])
    issue = sign_in("赵一").get(f"/api/issues/{first['id']}").json()
    assert issue["text"] == f"{EVENING[1][2]}\n{masked_words(EVENING[3][2])}\n{EVENING[4][2]}"
    assert (issue["building"]["id"], issue["grid"]["code"], issue["group"]) == ("B2", "G1", "QA")
    assert (issue["status"], issue["answer"]) == ("resolved", "已经处理好了，物业关了阀")
    assert (issue["settled_at"], issue["settled_way"]) == ("格", "群内")
    assert datetime.fromisoformat(issue["reported_at"]) == datetime.fromisoformat(leak["reported_at"])
    assert issue["reporter"] == {"name": "王**", "phone": None}


def test_owner_of_the_blocking_car_is_asked_and_stays_unknown(
    pasted: Paste, confirmed: Callable[..., Any], sign_in: Callable[..., Any], evening: str
) -> None:
    told = pasted(evening)
    car = told["proposals"][1]
    answer = confirmed(told["id"], {"lines": car["lines"], "text": car["text"], "ask_to_move": "请协助挪车"})
    (recorded,) = answer.json()["recorded"]
    (asked,) = sign_in("赵一").get(f"/api/vehicles/move-requests?issue_id={recorded['id']}").json()
    assert (asked["plate"], asked["owner"]) == ("渝B***90", None)
    assert asked["state"] != "unknown_vehicle"
    assert PLATE not in answer.text
    assert "14200000003" not in answer.text


def test_words_that_are_edited_keep_the_numbers_for_who_may_see_them(
    pasted: Paste, confirmed: Callable[..., Any], sign_in: Callable[..., Any], evening: str
) -> None:
    told = pasted(evening)
    leak = told["proposals"][0]
    edited = f"2栋楼下旧水管漏水，{leak['text'].splitlines()[1]}"
    (recorded,) = confirmed(told["id"], {"lines": leak["lines"], "text": edited}).json()["recorded"]
    client = sign_in("赵一")
    assert client.get(f"/api/issues/{recorded['id']}").json()["text"] == edited
    purpose = {"issue_id": recorded["id"], "purpose": "上门核实漏水"}
    assert client.post("/api/unmask", json=purpose).status_code in (200, 201)
    clear = client.get(f"/api/issues/{recorded['id']}").json()
    assert clear["text"] == f"2栋楼下旧水管漏水，就在2栋楼下，我电话{PHONE}"
    assert clear["reporter"]["name"] == "王桂芳"


def test_another_place_and_topic_can_be_chosen(
    pasted: Paste, confirmed: Callable[..., Any], sign_in: Callable[..., Any], evening: str
) -> None:
    told = pasted(evening)
    car = told["proposals"][1]
    chosen = {"lines": car["lines"], "place": {"grid": "G2"}, "topic": "消防安全"}
    (recorded,) = confirmed(told["id"], chosen).json()["recorded"]
    issue = sign_in("赵一").get(f"/api/issues/{recorded['id']}").json()
    assert (issue["grid"]["code"], issue["worker"]["name"], issue["category"]["topic"]) == ("G2", "孙三", "消防安全")


def test_open_matter_that_says_the_same_is_offered_and_takes_it_in(
    pasted: Paste,
    confirmed: Callable[..., Any],
    sign_in: Callable[..., Any],
    matter: Callable[..., str],
    evening: str,
    lived: Any,
) -> None:
    told = pasted(evening)
    leak = told["proposals"][0]
    open_one = matter("B2", text=EVENING[1][2], reported_at=leak["reported_at"])
    again = pasted(evening)["proposals"][0]
    assert open_one in [each["id"] for each in again["duplicates"]]
    (recorded,) = confirmed(told["id"], {"lines": leak["lines"], "into": open_one}).json()["recorded"]
    issue = sign_in("赵一").get(f"/api/issues/{recorded['id']}").json()
    assert (issue["status"], issue["merged_into"]) == ("merged", open_one)


def test_answer_without_a_settlement_is_an_event_of_the_matter(
    pasted: Paste, confirmed: Callable[..., Any], sign_in: Callable[..., Any], evening: str
) -> None:
    told = pasted(evening, who="郑六")
    leak = told["proposals"][0]
    (recorded,) = confirmed(
        told["id"], {"lines": leak["lines"], "answer": "王桂芳你好，马上来看，打13987654321"}, who="郑六"
    ).json()["recorded"]
    issue = sign_in("赵一").get(f"/api/issues/{recorded['id']}").json()
    assert issue["status"] == "reported"
    (answered,) = [event for event in issue["events"] if event["kind"] == "answered"]
    assert answered["detail"]["answer"] == "王**你好，马上来看，打139****4321"
