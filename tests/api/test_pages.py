"""The pages, as the service sends them."""

from __future__ import annotations

import pytest

from api.app import create_app
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.storage.session import transaction
from tests.api.conftest import PASSWORD, ROLES
from tests.client import TestClient

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>`${alert(1)}` {{ 7*7 }}"
PAGES = ["/maps/density", "/issues", "/desk", "/inbox", "/network", "/docs"]


@pytest.fixture
def browser(client_for):
    return client_for("official", browser=True)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "intake"])
@pytest.mark.parametrize("path", PAGES)
def test_page_opens_for_every_reader(client_for, role, path):
    answer = client_for(role, browser=True).get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_front_door_leads_a_planner_to_the_map(client_for):
    assert client_for("planner", browser=True).get("/").headers["location"] == "/maps/density"


@pytest.mark.parametrize("role", ["worker", "network_commentator", "property_manager", "group_head"])
def test_front_door_leads_who_holds_a_post_to_what_waits_for_them(client_for, role):
    assert client_for(role, browser=True).get("/").headers["location"] == "/inbox"


def test_page_that_is_not_there_is_told_of_in_the_readers_words_alone(browser):
    answer = browser.get("/nothing-here")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "Not Found" not in answer.text


def test_matter_has_its_page(client_for, report):
    browser = client_for("dispatcher", browser=True)
    for made in (
        report("老梨园二栋电梯坏了"),
        report("谁的车", group="QA"),
        report("长坡有人吵架", group="QB"),
        report("远处", location={"lon": 108, "lat": 29}),
        report("门口", location={"lon": 107.101, "lat": 29.0}),
        report("边上", location={"lon": 107.001, "lat": 29.0005, "crs": "wgs84"}),
        report("手机", location={"lon": 107.006, "lat": 28.998, "crs": "gcj02"}),
        report("哪里呢"),
    ):
        answer = browser.get(f"/issues/{made['id']}")
        assert answer.status_code == 200, made
        assert made["text"] in answer.text


def test_pinned_matter_tells_of_it(admin, browser, report):
    made = report("哪里呢")
    admin.post(f"/api/issues/{made['id']}/location", json={"lon": 107.0005, "lat": 29.0005})
    assert browser.get(f"/issues/{made['id']}").status_code == 200


def test_language_of_the_address_is_kept(browser):
    assert 'lang="zh-CN"' in browser.get("/issues").text
    answer = browser.get("/issues?lang=en")
    assert 'lang="en"' in answer.text
    assert 'lang="en"' in browser.get("/issues").text


@pytest.mark.parametrize("path", ["/maps/density", "/issues", "/desk"])
def test_residents_text_stays_text(client_for, report, source, path):
    made = report(HOSTILE, address=HOSTILE, external_id=HOSTILE, category={"topic": HOSTILE[:40]})
    browser = client_for("admin", browser=True)
    for address in (path, f"/issues/{made['id']}", f"/issues?source={HOSTILE}"):
        page = browser.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_filters_narrow_the_ledger_and_its_pages_lead_on(browser, report, source):
    for number in range(60):
        report(f"第{number}件", reported_at="2024-06-01T00:00:00Z", group="QA")
    first = browser.get(f"/issues?source={source}").text
    assert "第59件" in first
    assert "第3件" not in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(f"/issues{older}").text
    assert "第3件" in second
    assert "第59件" not in second


def test_form_with_blank_fields_is_the_page_of_everything(browser):
    answer = browser.get("/maps/density?community=&topic=&status=&hazard=&source=&from=&to=&grid=")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/maps/density?from=nonsense", 422),
        ("/maps/density?community=nowhere", 422),
        ("/maps/density?grid=G99", 422),
        ("/maps/density?status=lost", 422),
        ("/issues?before=nonsense", 422),
        ("/issues/999999", 404),
        ("/nowhere", 404),
    ],
)
def test_page_that_cannot_be_shown_says_so_as_a_page(browser, address, status):
    answer = browser.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<html" in answer.text


def test_pages_of_an_empty_service_open(engine, settings):
    with transaction(engine) as connection:
        account = create_account(connection, username="a", password=PASSWORD, role="admin")
        token = open_sign_in(connection, account, 1)
    with TestClient(create_app(settings, engine), headers={"authorization": f"Bearer {token}"}) as client:
        for path in PAGES:
            assert client.get(path, headers={"accept": "text/html"}).status_code == 200
