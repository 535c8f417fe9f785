"""A matter's way over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

IN_G1 = {"lon": 107.0004, "lat": 29.0004}


@pytest.fixture
def matter(report: Callable[..., Any]) -> dict[str, Any]:
    return report("停水了", location=IN_G1)


def take(client: Any, matter: Any, to: str, etag: str | None = "*", **told: Any) -> Any:
    headers = {"if-match": etag} if etag else {}
    return client.post(f"/api/issues/{matter['id']}/transitions", json={"to": to, **told}, headers=headers)


def test_matter_is_carried_from_group_message_to_closed_with_an_answer(client_for, matter) -> None:
    worker, dispatcher = client_for("worker"), client_for("dispatcher")
    accepted = take(worker, matter, "accepted", etag=worker.get(f"/api/issues/{matter['id']}").headers["etag"])
    assert accepted.status_code == 200
    assert accepted.headers["etag"] == f'"{accepted.json()["version"]}"'
    resolved = take(worker, matter, "resolved", answer="已修好", settled_at="格", settled_way="上门").json()
    assert (resolved["status"], resolved["settled_at"], resolved["settled_way"]) == ("resolved", "格", "上门")
    closed = take(dispatcher, matter, "closed", confirmation="check", note="回访过").json()
    assert (closed["status"], closed["answer"], closed["confirmation"]) == ("closed", "已修好", "check")
    timeline = worker.get(f"/api/issues/{matter['id']}/timeline").json()
    assert [event["step"] for event in timeline["events"]] == [None, "accept", "resolve", "close"]
    assert timeline["events"][2]["settled_at"] == "格"
    assert [each["step"] for each in timeline["steps"]] == ["reopen"]


def test_change_without_if_match_is_asked_for_it(client_for, matter) -> None:
    assert take(client_for("worker"), matter, "accepted", etag=None).status_code == 428


def test_second_of_two_is_told_that_it_was_overtaken(client_for, matter) -> None:
    etag = client_for("worker").get(f"/api/issues/{matter['id']}").headers["etag"]
    assert take(client_for("worker"), matter, "accepted", etag=etag).status_code == 200
    refused = take(client_for("dispatcher"), matter, "withdrawn", etag=etag, note="误报")
    assert (refused.status_code, refused.json()["code"]) == (412, "overtaken")


@pytest.mark.parametrize("etag", ["x", '"1", "2"', "W/"])
def test_if_match_that_is_no_etag_of_ours_is_a_fault(client_for, matter, etag: str) -> None:
    assert take(client_for("worker"), matter, "accepted", etag=etag).status_code == 422


def test_illegal_step_is_refused_with_what_is_allowed(client_for, matter) -> None:
    refused = take(client_for("worker"), matter, "closed", confirmation="check")
    assert refused.status_code == 409
    assert "it may become: accepted, merged, reported" in refused.json()["detail"]


def test_official_looks_on(client_for, matter) -> None:
    official = client_for("official")
    assert official.get(f"/api/issues/{matter['id']}/timeline").json()["steps"] == []
    assert take(official, matter, "accepted").status_code == 403


def test_matter_that_is_not_there_or_not_ones_own_is_404(client_for, report) -> None:
    foreign = report("别处", location={"lon": 107.0025, "lat": 29.0005})
    for there in (foreign, {"id": "999999999"}, {"id": "x"}):
        assert take(client_for("worker"), there, "accepted").status_code == 404
        assert client_for("worker").get(f"/api/issues/{there['id']}/timeline").status_code == 404


def test_two_who_merge_two_matters_into_each_other_at_once_leave_one_open(client_for, report) -> None:
    for _ in range(5):
        one, other = report("停水了", location=IN_G1), report("又停水了", location=IN_G1)
        with ThreadPoolExecutor(2) as both:
            pairs = ((one, other), (other, one))
            merges = [both.submit(take, client_for("worker"), a, "merged", into=b["id"]) for a, b in pairs]
        # Neither waits for the other in a circle: one merges, the other is told.
        assert sorted(each.result().status_code for each in merges)[0] == 200
        assert {each.result().status_code for each in merges} <= {200, 409, 422}
        statuses = [client_for("worker").get(f"/api/issues/{each['id']}").json()["status"] for each in (one, other)]
        assert sorted(statuses) == ["merged", "reported"]
