"""The first case: water in the old fire pipe of 金佛尚城, from the call to the answer, within half an hour."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.api.wechat.platform import APP_ID, Platform, message, number
from tests.e2e.mission.conftest import Community
from tests.photos import photo

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins
LEAK = "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"
ANSWER = "物业已关闭旧管阀门，排空存水，旧水管不再出水。"
GROUP, GRID = "QG07", "500119003004008"


@pytest.fixture(scope="module", autouse=True)
def told(community: Community) -> None:
    """The worker of the grid hears by a bot of their own, the residents in their group."""
    community.tells("/worker8", scope="worker", whom="W008")
    community.tells("/group7", scope="group", whom=GROUP)


def is_taken_up(community: Community, issue_id: str) -> None:
    """网民呼叫, 网格快反: the matter is with the worker of its grid, who knows, and takes it up."""
    worker, dispatcher = community["worker008"], community["dispatcher"]
    matter = worker.get(f"/api/issues/{issue_id}")
    assert (matter["status"], matter["grid"]["code"], matter["worker"]["id"]) == ("reported", GRID, "W008")
    assert (matter["category"]["topic"], matter["hazard"]) == ("消防安全", True)
    assert issue_id in [each["id"] for each in worker.get("/api/inbox")["matters"]]
    (call,) = community.hears("/worker8", issue_id, [f"新事项 #{issue_id} 消防安全"])
    assert LEAK in call
    before = worker.client.get(f"/api/issues/{issue_id}").headers["etag"]
    assert worker.take(issue_id, "accepted")["status"] == "accepted"
    # Who acts on what it was before is told so, and who has seen nothing may not act.
    assert dispatcher.tries(issue_id, "withdrawn", seen=before, note="误报").status_code == 412
    assert dispatcher.tries(issue_id, "withdrawn", note="误报").status_code == 428


def property_manager_helps(community: Community, issue_id: str) -> None:
    """Who manages the compound sees the matter of its group, and shows that the valve is shut; no more than that."""
    manager = community.given_account("manager045", role="property_manager", worker="W045")
    assert manager.get(f"/api/issues/{issue_id}/timeline")["steps"] == []
    picture = {"photos": ("valve.jpg", photo(), "image/jpeg")}
    manager.answered(manager.client.post(f"/api/issues/{issue_id}/attachments", files=picture))
    assert manager.tries(issue_id, "resolved", seen="*", answer=ANSWER, settled_at="格").status_code == 403


def is_settled(community: Community, issue_id: str) -> None:
    """The worker has been there: the matter is resolved with an answer, and closed on its reporter's word."""
    worker = community["worker008"]
    assert worker.tries(issue_id, "resolved", seen="*", settled_at="格").status_code == 422  # without an answer
    resolved = worker.take(issue_id, "resolved", answer=ANSWER, settled_at="格", settled_way="上门")
    assert (resolved["status"], resolved["answer"], resolved["closed_at"]) == ("resolved", ANSWER, None)
    assert worker.tries(issue_id, "closed", seen="*", confirmation="check").status_code == 403  # by the same person
    closed = worker.take(issue_id, "closed", confirmation="reporter")
    assert (closed["status"], closed["settled_at"], closed["settled_way"]) == ("closed", "格", "上门")
    took = datetime.fromisoformat(closed["resolved_at"]) - datetime.fromisoformat(closed["reported_at"])
    assert took < timedelta(minutes=30)


def is_told_in_one_record(community: Community, issue_id: str) -> None:
    """一事一记, 件件有回音: what happened is all in one place, for whoever may look at the matter."""
    official = community["official"]
    events = official.get(f"/api/issues/{issue_id}/timeline")["events"]
    assert events[0]["kind"] == "reported"
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    steps = [(each["step"], each["from"], each["to"], each["actor"]) for each in events if each["step"]]
    assert steps == [
        ("accept", "reported", "accepted", "worker008"),
        ("resolve", "accepted", "resolved", "worker008"),
        ("close", "resolved", "closed", "worker008"),
    ]
    (resolved,) = [each for each in events if each["step"] == "resolve"]
    assert (resolved["answer"], resolved["settled_at"], resolved["settled_way"]) == (ANSWER, "格", "上门")
    page = official.sees(f"/issues/{issue_id}")
    assert [words for words in (LEAK, ANSWER, "网格快反", "已解决", "已办结") if words not in page] == []


def test_pipe_that_a_neighbour_tells_of_in_the_group_is_settled_and_the_group_hears_it(
    community: Community, chat: Callable[..., str]
) -> None:
    worker = community["worker008"]
    talk = chat((9, "阳光雨露", "大家早上好"), (8, "王桂芳", LEAK), (7, "刘小妹", "我家也是"))
    pasted = worker.post("/api/intake/conversation", group=GROUP, text=talk)
    (proposed,) = pasted["proposals"]
    assert (proposed["grid"]["code"], proposed["reporter"]) == (GRID, "王**")
    chosen = [{"lines": proposed["lines"][:1]}]
    (recorded,) = worker.post(f"/api/intake/conversation/{pasted['id']}/confirmation", matters=chosen)["recorded"]
    issue_id = recorded["id"]

    is_taken_up(community, issue_id)
    property_manager_helps(community, issue_id)
    is_settled(community, issue_id)
    is_told_in_one_record(community, issue_id)

    stages = ["新事项 #{} 消防安全", "事项 #{} 已受理", "事项 #{} 已解决", "事项 #{} 已办结"]
    messages = community.hears("/group7", issue_id, [each.format(issue_id) for each in stages])
    assert sum(ANSWER in each for each in messages) == 2  # when it is resolved, and when it is closed
    assert "王桂芳" not in "".join(messages)
    (added,) = [each for each in worker.get(f"/api/issues/{issue_id}")["events"] if each["kind"] == "photo_added"]
    assert added["actor"] == "manager045"


def test_pipe_that_comes_by_wechat_has_its_number_within_the_answer(community: Community) -> None:
    told = Platform(community["admin"].client, "/wechat/callback", APP_ID, sealed=False)
    answer = told.told(told.post(message(Content=f"我住金佛尚城三幢。{LEAK}")))
    assert re.search(r"事项 *\d+", answer)
    issue_id = str(number(answer))

    is_taken_up(community, issue_id)
    is_settled(community, issue_id)
    is_told_in_one_record(community, issue_id)


def test_pipe_that_another_system_reports_is_settled_and_its_reporter_called(community: Community) -> None:
    phone = "13812345678"
    sent = {"service_code": "FIRE", "description": LEAK, "address_string": "金佛尚城3栋", "phone": phone}
    dispatcher = community["dispatcher"]
    posted = dispatcher.answered(dispatcher.client.post("/open311/v2/requests.json", data=sent))
    issue_id = posted.json()[0]["service_request_id"]

    is_taken_up(community, issue_id)
    is_settled(community, issue_id)
    is_told_in_one_record(community, issue_id)

    (message,) = community.hears(f"/sms/{phone}", issue_id, [f"事项 #{issue_id} 已解决"])
    assert ANSWER in message
    (request,) = dispatcher.get(f"/open311/v2/requests/{issue_id}.json")
    assert (request["status"], ANSWER in request["status_notes"]) == ("closed", True)
