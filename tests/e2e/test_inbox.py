"""A grid worker's day on a phone: a matter is taken up, photographed, settled, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from gis.actor import SYSTEM
from gis.issues.attachments import attachments
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.population.households import buildings_in
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import account, area, building, post
from tests.chromium import chromium
from tests.e2e.conftest import PASSWORD
from tests.photos import photo

PHONE = {"width": 390, "height": 844}
WORKER = "worker001"
ELSEWHERE = """async ([url, body]) => {
    const { send } = await import("/static/js/send.js");
    const headers = { "Content-Type": "application/json", "If-Match": "*" };
    return (await send(url, { method: "POST", headers, body: JSON.stringify(body) })).status;
}"""
Given = Callable[..., str]


@pytest.fixture(scope="module")
def phone(service_url: str) -> Iterator[Page]:
    """A phone on which the worker of the first grid is signed in."""
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True).new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{service_url}/sign-in")
        page.fill("[name=username]", WORKER)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/inbox")
        yield page


@pytest.fixture
def given(demonstration_engine: Engine, settings: Settings) -> Given:
    """Reports a matter at a building of the worker's grid, and gives its number."""

    def write(text: str) -> str:
        with transaction(demonstration_engine, SYSTEM) as connection:
            held = select(post).join(account, account.c.worker_id == post.c.worker_id)
            own = connection.execute(held.where(account.c.username == WORKER)).first()
            assert own is not None
            house = buildings_in(connection, [own.grid_id])[0]
            report = IssueReport(
                text=text,
                source="wechat_group",
                reported_at=datetime.now(UTC),
                community=connection.scalar(select(area.c.code).where(area.c.id == own.community_id)),
                building_id=connection.scalar(select(building.c.code).where(building.c.id == house)),
                reporter_name="王小二",
                reporter_phone="14200000009",
            )
            return str(record(connection, report, settings=settings, actor=SYSTEM)[0])

    return write


def taken(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def test_matter_is_taken_up_photographed_and_resolved_with_a_thumb(
    phone: Page, service_url: str, given: Given, demonstration_engine: Engine
) -> None:
    number = given("消防水管改造后，旧水管偶尔还有水，能不能处理一下。")
    phone.goto(f"{service_url}/inbox")
    line = phone.locator(".tasks li", has_text=number)
    line.get_by_role("button", name="受理").tap()
    expect(phone.locator(".tasks li", has_text=number).get_by_role("button")).to_have_count(0)
    phone.locator(".tasks li", has_text=number).locator("a").tap()
    expect(phone.locator(".task .status")).to_have_text("网格快反")
    with phone.expect_file_chooser() as chosen:
        phone.locator(".thumb [for=camera]").tap()
    chosen.value.set_files(taken("IMG.jpg", photo(1200, 900, lon=107.0875, lat=29.1626)))
    expect(phone.locator(".shot img")).to_have_count(1)
    expect(phone.locator(".sending li")).to_have_count(0)
    phone.locator(".thumb [data-step=resolved]").tap()
    form = phone.locator("form:has([name=to][value=resolved])")
    form.locator("[name=answer]").fill("物业已关总阀，旧管排空。")
    form.locator("[name=settled_at]").select_option("格")
    form.locator("[name=settled_way]").select_option("上门")
    form.locator("button").tap()
    expect(phone.locator(".task .status")).to_contain_text("已解决")
    expect(phone.locator(".task .pairs")).to_contain_text("物业已关总阀")
    with transaction(demonstration_engine, SYSTEM) as connection:
        assert [(each.width_px, each.height_px) for each in attachments(connection, int(number))] == [(1200, 900)]
    phone.locator(".shot").tap()
    expect(phone.locator("dialog img")).to_have_js_property("naturalWidth", 1200)
    phone.get_by_role("button", name="关闭").tap()


def test_controls_are_large_enough_for_a_thumb_and_nothing_is_wider_than_the_phone(
    phone: Page, service_url: str, given: Given
) -> None:
    number = given("路灯不亮")
    for path in ("/inbox", "/inbox?of=grid", f"/inbox/{number}"):
        phone.goto(service_url + path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        controls = phone.locator(".tasks button, .whose a, .thumb button, .take .button, .ways .button")
        boxes = [each.bounding_box() for each in controls.all() if each.is_visible()]
        assert boxes
        for box in boxes:
            assert box is not None
            assert box["height"] >= 44
            assert box["width"] >= 44
    bar = phone.locator(".thumb").bounding_box()
    assert bar is not None
    assert bar["y"] > PHONE["height"] / 2


def test_what_is_no_photo_is_said_to_be_none_and_a_lost_connection_loses_nothing(
    phone: Page, service_url: str, given: Given
) -> None:
    phone.goto(f"{service_url}/inbox/{given('井盖松动')}")
    chooser = phone.locator(".photos input[multiple]")
    chooser.set_input_files([taken("page.jpg", b"<svg onload=alert(1)>"), taken("cut.jpg", photo()[:900])])
    expect(phone.locator(".sending .fault")).to_have_text(
        ["这不是照片（应为 JPEG、PNG 或 WebP）。", "文件已损坏，或没有传完整。"]
    )
    for leave in phone.get_by_role("button", name="不传了").all()[::-1]:
        leave.tap()
    phone.context.set_offline(True)
    chooser.set_input_files(taken("IMG.jpg", photo()))
    expect(phone.locator(".sending .fault")).to_contain_text("没有连上网络")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="重新上传").tap()
    expect(phone.locator(".shot img")).to_have_count(1)


def test_form_that_cannot_be_sent_says_so_and_keeps_its_words(phone: Page, service_url: str, given: Given) -> None:
    number = given("楼道堆物")
    phone.goto(f"{service_url}/inbox")
    assert phone.evaluate(ELSEWHERE, [f"/api/issues/{number}/transitions", {"to": "accepted"}]) == 200
    phone.goto(f"{service_url}/inbox/{number}")
    phone.locator(".thumb [data-step=resolved]").tap()
    form = phone.locator("form:has([name=to][value=resolved])")
    form.locator("[name=answer]").fill("已清走。")
    form.locator("[name=settled_at]").select_option("户")
    phone.context.set_offline(True)
    form.locator("button").tap()
    expect(form.locator("[role=status]")).to_contain_text("服务没有回应")
    phone.context.set_offline(False)
    expect(form.locator("[name=answer]")).to_have_value("已清走。")
    form.locator("button").tap()
    expect(phone.locator(".task .status")).to_contain_text("已解决")


def test_who_was_overtaken_is_told_what_happened_and_keeps_the_words(
    phone: Page, service_url: str, given: Given
) -> None:
    number = given("下水道堵了")
    phone.goto(f"{service_url}/inbox")
    phone.evaluate(ELSEWHERE, [f"/api/issues/{number}/transitions", {"to": "accepted"}])
    phone.goto(f"{service_url}/inbox/{number}")
    phone.locator("details:has([name=to][value=at_street]) > summary").tap()
    form = phone.locator("form:has([name=to][value=at_street])")
    form.locator("[name=note]").fill("要街道的车来抽")
    settled = {"to": "resolved", "answer": "通了", "settled_at": "格"}
    assert phone.evaluate(ELSEWHERE, [f"/api/issues/{number}/transitions", settled]) == 200
    form.locator("button").tap()
    expect(form.locator("[role=status]")).to_contain_text("刚有人改动过")
    expect(form.locator("[role=status]")).to_contain_text("办结 → 已解决")
    expect(form.locator("[name=note]")).to_have_value("要街道的车来抽")


def test_new_matter_appears_by_itself_but_never_under_somebodys_hands(
    phone: Page, service_url: str, given: Given
) -> None:
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    number = given("先来的")
    phone.goto(f"{service_url}/inbox")
    later = given("后来的一件新事")
    phone.evaluate(look)
    expect(phone.locator(".tasks li", has_text=later)).to_be_visible()
    phone.goto(f"{service_url}/inbox/{number}")
    phone.locator(".next summary").first.tap()
    given("再来一件")
    with phone.expect_response(lambda answer: "/api/inbox" in answer.url):
        phone.evaluate(look)
    expect(phone.locator(".fresh")).to_have_js_property("hidden", False)
    assert phone.locator(".next details[open]").count() == 1
