"""Who is told of what, set and looked after over HTTP: `/api/notices`, its pages, its commands; administrators only."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from typer.testing import CliRunner

from api.commands import notices as commands
from benchmarks.receiver import receiving
from gis.actor import Actor
from gis.notify.sender import send_due
from gis.population.residents import numbers_of
from gis.storage.session import OWNER, transaction
from gis.storage.tables import channel, notice, notice_template, webhook
from tests.api.conftest import ROLES
from tests.world import COMMUNITY

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins
PAGE = "/admin/notices"
API = "/api/notices"


@pytest.fixture(autouse=True)
def afresh(town_engine):
    yield
    with transaction(town_engine) as connection:
        for table in (notice, channel, webhook, notice_template):
            connection.execute(delete(table))


@pytest.fixture
def receiver():
    with receiving() as state:
        yield state


@pytest.fixture
def browser(client_for):
    return client_for("admin", browser=True)


def new(**changes):
    return {"name": "值班群", "scope": "area", "whom": COMMUNITY, "address": "json://one.example/x"} | changes


@pytest.fixture
def failed(admin, town_engine, settings, receiver):
    """The number of a test notice that has failed."""
    receiver.breaks = True
    made = admin.post(f"{API}/channels", json=new(address=receiver.channel())).json()["id"]
    number = admin.post(f"{API}/channels/{made}/test").json()["id"]
    send_due(town_engine, settings, numbers_of)
    receiver.breaks = False
    return number


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", API),
        ("POST", f"{API}/1/retry"),
        ("POST", f"{API}/1/drop"),
        ("GET", f"{API}/channels"),
        ("POST", f"{API}/channels"),
        ("PATCH", f"{API}/channels/1"),
        ("PATCH", f"{API}/webhooks/1"),
        ("DELETE", f"{API}/channels/1"),
        ("POST", f"{API}/webhooks"),
        ("POST", f"{API}/webhooks/1/secret"),
        ("GET", f"{API}/templates"),
        ("PUT", f"{API}/templates/late/zh"),
        ("GET", PAGE),
        ("GET", f"{PAGE}/channels"),
        ("POST", f"{PAGE}/webhooks/1/secret"),
        ("POST", f"{PAGE}/channels/1/delete"),
    ],
)
def test_only_administrators_say_who_is_told_of_what(client_for, role, method, path):
    assert client_for(role).request(method, path).status_code == 403


def test_database_shows_channels_and_webhooks_to_administrators_only(town, town_engine, admin):
    admin.post(f"{API}/channels", json=new())
    admin.post(f"{API}/webhooks", json={"name": "市平台", "url": "https://one.example/"})
    for role in ROLES:
        actor = Actor(role, role, town.accounts[role])  # type: ignore[arg-type]
        with transaction(town_engine, actor) as connection:
            for table in (channel, webhook):
                assert bool(connection.execute(select(table)).all()) == (role == "admin")


def test_channel_is_added_tested_switched_and_deleted(admin, town_engine, settings, receiver):
    made = admin.post(f"{API}/channels", json=new(address=receiver.channel("/secret-path"), events=["late"]))
    assert made.status_code == 201
    path = f"{API}/channels/{made.json()['id']}"
    (shown,) = admin.get(f"{API}/channels").json()
    assert (shown["kind"], shown["whom"], shown["events"], shown["enabled"]) == ("json", "丙社区", ["late"], True)
    assert "secret-path" not in str(shown)
    assert admin.post(f"{path}/test").status_code == 202
    send_due(town_engine, settings, numbers_of)
    assert receiver.titles("/secret-path") == ["测试通知"]
    assert admin.post(f"{path}/switch", json={"on": False}).status_code == 204
    assert admin.get(f"{API}/channels").json()[0]["enabled"] is False
    assert admin.delete(path).status_code == 204
    assert admin.delete(path).status_code == 404
    log = admin.get("/api/audit", params={"limit": 4}).json()["entries"]
    assert [each["action"] for each in log] == [
        "channel_deleted",
        "channel_switched",
        "channel_tested",
        "channel_added",
    ]
    assert "secret-path" not in str(log)


def test_changed_channel_goes_the_new_way_and_keeps_what_was_not_changed(admin, town_engine, settings, receiver):
    made = admin.post(f"{API}/channels", json=new(address=receiver.channel("/old-path"), events=["late"])).json()["id"]
    path = f"{API}/channels/{made}"
    assert admin.post(f"{path}/test").status_code == 202
    assert admin.patch(path, json={"address": receiver.channel("/new-path"), "name": "值班"}).status_code == 204
    send_due(town_engine, settings, numbers_of)
    assert (receiver.titles("/old-path"), receiver.titles("/new-path")) == ([], ["测试通知"])
    (shown,) = (each for each in admin.get(f"{API}/channels").json() if each["id"] == made)
    assert (shown["name"], shown["events"], shown["language"]) == ("值班", ["late"], "zh")
    entry = admin.get("/api/audit", params={"action": "channel_changed"}).json()["entries"][0]
    assert entry["detail"] == {"channel": int(made), "changed": ["name", "address"]}
    admin.delete(path)


@pytest.mark.parametrize(
    ("way", "changes", "where"),
    [
        ("channels", {"name": " "}, "name"),
        ("channels", {"address": "nothing"}, "address"),
        ("channels", {"language": "fr"}, "language"),
        ("channels", {"events": ["nothing"]}, "events"),
        ("channels", {"scope": "area"}, "scope"),
        ("webhooks", {"name": ""}, "name"),
        ("webhooks", {"url": "ftp://one.example"}, "url"),
        ("webhooks", {"events": []}, "events"),
    ],
)
def test_change_that_makes_no_sense_is_refused(admin, way, changes, where):
    body = new() if way == "channels" else {"name": "市平台", "url": "https://one.example/"}
    path = f"{API}/{way}/{admin.post(f'{API}/{way}', json=body).json()['id']}"
    refused = admin.patch(path, json=changes)
    assert (refused.status_code, [each["where"] for each in refused.json()["errors"]]) == (422, [where])
    admin.delete(path)
    assert admin.patch(path, json={"name": "值班"}).status_code == 404


def test_changed_webhook_keeps_its_secret(admin, town_engine):
    made = admin.post(f"{API}/webhooks", json={"name": "市平台", "url": "https://one.example/"}).json()["id"]
    with transaction(town_engine) as connection:
        held = connection.execute(select(webhook).where(webhook.c.id == int(made))).one()
    assert (
        admin.patch(f"{API}/webhooks/{made}", json={"url": "https://two.example/", "events": ["late"]}).status_code
        == 204
    )
    with transaction(town_engine) as connection:
        now = connection.execute(select(webhook).where(webhook.c.id == int(made))).one()
    assert (now.name, now.events, now.secret_sealed) == ("市平台", ["late"], held.secret_sealed)
    assert now.url_sealed != held.url_sealed
    admin.delete(f"{API}/webhooks/{made}")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"name": ""}, "name"),
        ({"address": "nothing"}, "address"),
        ({"address": "syslog://"}, "address"),
        ({"scope": "world"}, "scope"),
        ({"whom": "none"}, "whom"),
        ({"scope": "worker", "whom": "none"}, "whom"),
        ({"scope": "stage"}, "stage"),
        ({"stage": "at_street"}, "stage"),
        ({"language": "fr"}, "language"),
        ({"events": []}, "events"),
        ({"events": ["nothing"]}, "events"),
        ({"scope": "worker", "whom": "W1", "events": ["closed"]}, "events"),
    ],
)
def test_channel_that_makes_no_sense_is_refused(admin, changes, where):
    refused = admin.post(f"{API}/channels", json=new(**changes))
    assert refused.status_code == 422
    assert [each["where"] for each in refused.json()["errors"]] == [where]


def test_worker_s_and_group_s_channels_are_found_by_code(admin):
    for scope, whom, name in (("worker", "W1", "赵一"), ("group", "QA", "梨园业主群")):
        assert admin.post(f"{API}/channels", json=new(scope=scope, whom=whom)).status_code == 201
        assert name in [each["whom"] for each in admin.get(f"{API}/channels").json()]


def test_secret_of_a_webhook_is_told_once(admin):
    made = admin.post(f"{API}/webhooks", json={"name": "市平台", "url": "https://one.example/in"}).json()
    assert made["secret"].startswith("whsec_")
    renewed = admin.post(f"{API}/webhooks/{made['id']}/secret").json()["secret"]
    (shown,) = admin.get(f"{API}/webhooks").json()
    assert shown["old_secret_until"]
    assert not [each for each in (made["secret"], renewed, "one.example") if each in str(shown)]
    assert admin.delete(f"{API}/webhooks/{made['id']}").status_code == 204


def test_failed_notice_is_listed_retried_and_sent(admin, failed, receiver, town_engine, settings):
    told = admin.get(API, params={"state": "failed"}).json()
    assert told["counts"] == {"failed": 1}
    assert [(each["id"], each["reason"], each["to"]) for each in told["notices"]] == [(failed, "unsure", "channel")]
    assert admin.post(f"{API}/{failed}/retry").status_code == 204
    assert admin.post(f"{API}/{failed}/retry").status_code == 409
    send_due(town_engine, settings, numbers_of)
    assert admin.get(API).json()["counts"] == {"sent": 1}
    assert admin.post(f"{API}/999999/retry").status_code == 404


def test_list_of_notices_is_read_page_by_page(admin):
    made = admin.post(f"{API}/channels", json=new()).json()["id"]
    written = [admin.post(f"{API}/channels/{made}/test").json()["id"] for _ in range(3)]
    first = admin.get(API, params={"limit": 2}).json()
    second = admin.get(API, params={"limit": 2, "before": first["next"]}).json()
    assert [each["id"] for each in first["notices"] + second["notices"]] == written[::-1]
    assert second["next"] is None


def test_words_of_a_notice_are_saved_previewed_and_taken_back(admin):
    words = {"subject": "超期 {number}", "body": "{grid} 快办"}
    assert admin.put(f"{API}/templates/late/zh", json=words).status_code == 204
    found = admin.get(f"{API}/templates").json()
    assert [each["subject"] for each in found["templates"] if each["own"]] == ["超期 {number}"]
    shown = admin.post(f"{API}/templates/preview", json=words | {"event": "late", "language": "zh"}).json()
    assert shown == {"subject": "超期 1024", "body": "第三网格 快办"}
    refused = admin.put(f"{API}/templates/late/zh", json={"subject": "{phone}", "body": "{"})
    assert {each["code"] for each in refused.json()["errors"]} == {"unknown_placeholder", "braces"}
    assert admin.delete(f"{API}/templates/late/zh").status_code == 204
    assert not any(each["own"] for each in admin.get(f"{API}/templates").json()["templates"])
    assert admin.delete(f"{API}/templates/never/zh").status_code == 422


def test_page_adds_a_channel_and_never_shows_its_address_again(browser, town):
    form = new(address="json://one.example/secret-path", scope="worker", worker=f"{COMMUNITY} W1", events=["late"])
    form.pop("whom")
    assert browser.post(f"{PAGE}/channels", data=form).status_code == 303
    shown = browser.get(f"{PAGE}/channels").text
    assert "赵一" in shown
    assert "secret-path" not in shown
    refused = browser.post(f"{PAGE}/channels", data=form | {"worker": "", "address": "secret-nothing"})
    assert refused.status_code == 422
    assert "secret-nothing" not in refused.text
    assert "没有该编号的人员、群或片区" in refused.text


def test_page_changes_a_channel_and_leaves_an_empty_address_as_it_is(browser, admin, town_engine):
    made = admin.post(f"{API}/channels", json=new(events=["late"])).json()["id"]
    held = select(channel).where(channel.c.id == int(made))
    with transaction(town_engine) as connection:
        before = connection.execute(held).one()
    form = {"name": "值班", "address": "", "language": "en", "events": ["late", "closed"]}
    assert browser.post(f"{PAGE}/channels/{made}/change", data=form).status_code == 303
    with transaction(town_engine) as connection:
        now = connection.execute(held).one()
    assert (now.name, now.language, now.events) == ("值班", "en", ["closed", "late"])
    assert now.address_sealed == before.address_sealed
    refused = browser.post(f"{PAGE}/channels/{made}/change", data=form | {"address": "secret-nothing"})
    assert refused.status_code == 422
    assert "secret-nothing" not in refused.text
    assert "不是可以发送消息的地址" in refused.text
    admin.delete(f"{API}/channels/{made}")


def test_page_shows_a_webhook_s_secret_this_once(browser, town):
    made = browser.post(f"{PAGE}/webhooks", data={"name": "市平台", "url": "https://one.example/in"})
    assert "whsec_" in made.text
    assert "whsec_" not in browser.get(f"{PAGE}/channels").text
    assert browser.post(f"{PAGE}/webhooks", data={"name": "市平台", "url": "one"}).status_code == 422


def test_page_sends_again_and_drops(browser, failed, town_engine, settings):
    assert "不能确定是否送达" in browser.get(PAGE, params={"state": "failed"}).text
    assert browser.post(f"{PAGE}/{failed}/retry").status_code == 303
    with transaction(town_engine) as connection:
        connection.execute(update(notice).values(state="failed", reason="unsure"))
    assert browser.post(f"{PAGE}/{failed}/drop").status_code == 303
    assert browser.post(f"{PAGE}/{failed}/drop").status_code == 303
    assert "不再发送" in browser.get(PAGE).text


def test_page_previews_and_saves_words(browser):
    path = f"{PAGE}/templates/late/zh"
    words = {"subject": "超期 {number}", "body": "一\r\n{grid}"}
    assert "超期 1024" in browser.post(path, data=words | {"do": "preview"}).text
    refused = browser.post(path, data=words | {"subject": "{phone}"})
    assert refused.status_code == 422
    assert "{phone}" in refused.text
    assert browser.post(path, data=words).status_code == 303
    assert browser.post(f"{path}/default").status_code == 303


@pytest.mark.parametrize("path", ["channels/1/fly", "webhooks/1/fly", "cars/1/test", "channels/99/test"])
def test_page_without_such_a_button_is_none(browser, path):
    assert browser.post(f"{PAGE}/{path}").status_code in (404, 422)


def test_commands_list_and_settle_what_has_failed(failed, monkeypatch, town_engine, settings):
    url = town_engine.url.set(username=OWNER).render_as_string(hide_password=False)
    monkeypatch.setenv("DUALGRID_HOME", str(settings.home))
    monkeypatch.setenv("DUALGRID_DATABASE_URL", url)

    def run(*arguments):
        result = CliRunner().invoke(commands.app, list(arguments))
        if result.exception:
            raise result.exception
        return result.output

    assert "unsure" in run("list")
    assert "1 of 1 failed." in run("list")
    assert run("retry", failed) == "1 will be sent again.\n"
    assert run("send") == "Sent 1; 0 could not be sent.\n"
    with transaction(town_engine) as connection:
        connection.execute(update(notice).values(state="failed", sent_at=None))
    assert run("drop", failed) == "1 dropped.\n"
