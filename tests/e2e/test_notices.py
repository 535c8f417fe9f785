"""The administrator's pages of notices, in a browser: a channel is set, tried, and what failed is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, delete

from benchmarks.receiver import Receiver, receiving
from gis.notify.sender import send_due
from gis.population.residents import numbers_of
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import channel, notice, webhook
from tests.chromium import chromium
from tests.e2e.conftest import PASSWORD

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(browser: Browser, service_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in which the administrator is signed in."""
    window = browser.new_context(viewport=request.param, base_url=service_url)
    page = window.new_page()
    page.goto("/sign-in")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    yield page
    window.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as state:
        yield state


@pytest.fixture(autouse=True)
def afresh(demonstration_engine: Engine) -> Iterator[None]:
    yield
    with transaction(demonstration_engine) as connection:
        for table in (notice, channel, webhook):
            connection.execute(delete(table))


def send(engine: Engine, settings: Settings) -> None:
    """In a thread of its own: this one has the browser's event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(send_due, engine, settings, numbers_of).result(timeout=60)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_channel_is_set_tried_and_what_failed_is_sent_again(
    page: Page, receiver: Receiver, demonstration_engine: Engine, settings: Settings
) -> None:
    page.goto("/admin/notices/channels")
    page.click("text=新增渠道")
    form = page.locator("form[action='/admin/notices/channels']")
    form.locator("[name=name]").fill("值班群")
    form.locator("[name=address]").fill(receiver.channel())
    form.locator("[name=scope]").select_option("area")
    form.locator("[name=area]").select_option(index=1)
    form.locator("[name=events][value=late]").check()
    assert fits(page)
    form.locator("button").click()
    assert "值班群" in page.locator("main").inner_text()
    assert "超期" in page.locator("main .entries").inner_text()

    receiver.breaks = True
    page.click("text=测试")
    assert page.url.endswith("?done=test")
    send(demonstration_engine, settings)
    page.goto("/admin/notices?state=failed")
    assert "不能确定是否送达" in page.locator("main").inner_text()
    assert fits(page)
    receiver.breaks = False
    page.click("button:text-is('重发')")
    send(demonstration_engine, settings)
    page.goto("/admin/notices?state=sent")
    assert "测试通知" in page.locator("main").inner_text()
    assert receiver.titles() == ["测试通知"] * 2


def test_secret_of_a_webhook_is_shown_once(page: Page) -> None:
    page.goto("/admin/notices/channels")
    page.click("text=新增回调")
    form = page.locator("form[action='/admin/notices/webhooks']")
    form.locator("[name=name]").fill("市平台")
    form.locator("[name=url]").fill("https://platform.example/in")
    form.locator("button").click()
    assert page.locator(".secret").input_value().startswith("whsec_")
    page.goto("/admin/notices/channels")
    assert page.locator(".secret").count() == 0


def test_words_are_tried_before_they_are_saved(page: Page) -> None:
    page.goto("/admin/notices/templates?event=late")
    page.fill("[name=subject]", "请看 {number}")
    page.click("text=预览")
    assert "请看 1024" in page.locator(".preview").inner_text()
    page.fill("[name=body]", "{phone}")
    page.click("text=保存")
    assert "不在下列之中" in page.locator("[role=alert]").inner_text()
    page.fill("[name=body]", "{grid}")
    page.click("text=保存")
    assert page.locator("[name=subject]").input_value() == "请看 {number}"
    assert fits(page)
    page.click("text=恢复默认用语")
    assert page.locator("[name=subject]").input_value().startswith("超期提醒")
