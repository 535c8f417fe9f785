"""Accounts over HTTP: the own one, and all of them for an administrator; as JSON and as pages."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from gis.actor import SYSTEM
from gis.storage.session import transaction
from gis.storage.tables import worker
from tests.api.conftest import PASSWORD, ROLES
from tests.api.test_sign_in import PAGE, sign_in, token_in
from tests.client import TestClient
from tests.world import COMMUNITY

_names = count(1)


@pytest.fixture(autouse=True)
def unhurried(app):
    app.state.throttle.__init__(app.state.settings.sign_ins_per_minute)


@pytest.fixture
def made(admin):
    """A new account of its own for a test: the answer's account and its password."""
    answer = admin.post("/api/accounts", json={"username": f"new{next(_names)}", "role": "dispatcher"})
    assert answer.status_code == 201
    return answer.json()["account"], answer.json()["password"]


def token_for(nobody, name, password):
    answer = nobody.post("/api/token", data={"username": name, "password": password})
    return {"authorization": f"Bearer {answer.json()['access_token']}"} if answer.status_code == 200 else None


@pytest.fixture
def own(made, nobody):
    """A client signed in as that account, with a password of its own choice."""
    account, password = made
    headers = token_for(nobody, account["username"], password)
    changed = nobody.post(
        "/api/account/password", json={"password": password, "new_password": PASSWORD}, headers=headers
    )
    assert changed.status_code == 204
    return account, headers


def test_password_of_another_opens_nothing_but_its_change(made, nobody):
    account, password = made
    headers = token_for(nobody, account["username"], password)
    refused = nobody.get("/api/issues", headers=headers)
    assert (refused.status_code, refused.json()["detail"]) == (403, "Change your password first.")
    given = {"password": password, "new_password": "my own choice"}
    assert nobody.post("/api/account/password", json=given, headers=headers).status_code == 204
    assert nobody.get("/api/issues", headers=headers).status_code == 200


def test_browser_with_the_password_of_another_is_led_to_its_change(made, app, nobody):
    account, password = made
    visitor = TestClient(app, follow_redirects=False, headers=PAGE)
    sign_in(visitor, account["username"], password)
    assert visitor.get("/issues").headers["location"] == "/account/password"
    page = visitor.get("/account/password")
    assert "您的密码是他人设置的" in page.text
    given = {"csrf_token": token_in(page), "password": password, "new_password": "my own", "again": "my own choice"}
    refused = visitor.post("/account/password", data=given)
    assert refused.status_code == 422
    assert "两次输入的新密码不一致" in refused.text
    answer = visitor.post("/account/password", data={**given, "new_password": "my own choice"})
    assert answer.headers["location"] == "/account?done=password"
    assert "密码已修改" in visitor.get("/account?done=password").text


def test_new_password_ends_the_other_sign_ins_at_once(own, nobody):
    account, here = own
    there = token_for(nobody, account["username"], PASSWORD)
    assert nobody.get("/api/account", headers=there).json()["username"] == account["username"]
    given = {"password": PASSWORD, "new_password": "another choice"}
    assert nobody.post("/api/account/password", json=given, headers=here).status_code == 204
    assert nobody.get("/api/account", headers=there).status_code == 401
    assert nobody.get("/api/account", headers=here).status_code == 200


def test_faults_of_a_new_password_are_told(own, nobody):
    answer = nobody.post("/api/account/password", json={"password": "x", "new_password": "y"}, headers=own[1])
    assert {each["where"]: each["code"] for each in answer.json()["errors"]} == {
        "password": "wrong_password",
        "new_password": "bad_password",
    }


def test_token_is_made_used_seen_and_revoked(own, nobody):
    headers = own[1]
    answer = nobody.post("/api/account/tokens", json={"name": "export", "days": 30}, headers=headers)
    assert answer.status_code == 201
    program = {"authorization": f"Bearer {answer.json()['token']}"}
    assert nobody.get("/api/issues", headers=program).status_code == 200
    held = {each["name"]: each for each in nobody.get("/api/account/sign-ins", headers=headers).json()}
    assert held["export"]["method"] == "token"
    assert held[None]["present"]
    assert answer.json()["token"] not in str(held)
    assert nobody.delete(f"/api/account/sign-ins/{held['export']['id']}", headers=headers).status_code == 204
    assert nobody.get("/api/issues", headers=program).status_code == 401


def test_token_makes_no_tokens(own, nobody):
    made = nobody.post("/api/account/tokens", json={"name": "a", "days": 1}, headers=own[1]).json()["token"]
    answer = nobody.post(
        "/api/account/tokens", json={"name": "b", "days": 365}, headers={"authorization": f"Bearer {made}"}
    )
    assert answer.status_code == 403


def test_sign_in_of_another_cannot_be_ended(own, admin, nobody):
    theirs = admin.get("/api/account/sign-ins").json()[0]["id"]
    for id in (theirs, "0", "x", "9" * 19):
        assert nobody.delete(f"/api/account/sign-ins/{id}", headers=own[1]).status_code == 404
    assert admin.get("/api/account").status_code == 200


def test_all_other_sign_ins_end_together(own, nobody):
    account, here = own
    there = token_for(nobody, account["username"], PASSWORD)
    assert nobody.delete("/api/account/sign-ins", headers=here).status_code == 204
    assert nobody.get("/api/account", headers=there).status_code == 401
    assert nobody.get("/api/account", headers=here).status_code == 200


@pytest.mark.parametrize("role", [each for each in ROLES if each != "admin"])
def test_accounts_are_the_administrators_only(client_for, role):
    for browser in (False, True):
        client = client_for(role, browser=browser)
        for path in ("/api/accounts", "/api/accounts/1", "/admin/accounts", "/admin/accounts/1"):
            assert client.get(path).status_code == 403
        for verb in ("disable", "enable", "unlock", "password"):
            assert client.post(f"/api/accounts/1/{verb}").status_code == 403
            assert client.post(f"/admin/accounts/1/{verb}").status_code == 403


def test_account_is_disabled_and_enabled(own, admin, nobody):
    account, headers = own
    path = f"/api/accounts/{account['id']}"
    assert admin.post(f"{path}/disable").status_code == 204
    assert nobody.get("/api/account", headers=headers).status_code == 401
    assert token_for(nobody, account["username"], PASSWORD) is None
    assert admin.get(path).json()["disabled_at"]
    assert admin.post(f"{path}/enable").status_code == 204
    assert token_for(nobody, account["username"], PASSWORD)


def test_account_that_waits_is_seen_and_unlocked(own, admin, nobody):
    account, _ = own
    for _ in range(10):
        assert token_for(nobody, account["username"], "wrong") is None
    assert token_for(nobody, account["username"], PASSWORD) is None
    path = f"/api/accounts/{account['id']}"
    assert admin.get(path).json()["waits_until"]
    assert admin.post(f"{path}/unlock").status_code == 204
    assert admin.get(path).json()["waits_until"] is None
    assert token_for(nobody, account["username"], PASSWORD)


def test_reset_password_is_told_once_and_has_to_be_changed(own, admin, nobody):
    account, headers = own
    password = admin.post(f"/api/accounts/{account['id']}/password").json()["password"]
    assert nobody.get("/api/account", headers=headers).status_code == 401
    again = token_for(nobody, account["username"], password)
    assert nobody.get("/api/issues", headers=again).status_code == 403
    assert password not in admin.get("/api/accounts", params={"q": account["username"]}).text


def test_role_holds_at_once(own, admin, nobody):
    account, headers = own
    assert nobody.get("/api/issues", headers=headers).status_code == 200
    assert admin.put(f"/api/accounts/{account['id']}/role", json={"role": "intake"}).status_code == 204
    assert nobody.get("/api/issues", headers=headers).status_code == 403


def test_last_administrator_is_kept(admin):
    answer = admin.post(f"/api/accounts/{admin.get('/api/account').json()['id']}/disable")
    assert answer.status_code == 409


def test_accounts_are_listed_by_pages_and_found(admin, made):
    account, _ = made
    first = admin.get("/api/accounts", params={"limit": 2}).json()
    assert len(first["accounts"]) == 2
    second = admin.get("/api/accounts", params={"limit": 2, "after": first["next"]}).json()
    assert first["accounts"][-1]["username"] < second["accounts"][0]["username"]
    found = admin.get("/api/accounts", params={"q": account["username"], "role": "dispatcher"}).json()
    assert account["username"] in [each["username"] for each in found["accounts"]]
    assert admin.get("/api/accounts", params={"role": "king"}).status_code == 422


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"username": "a b", "role": "admin"}, "username"),
        ({"username": "x", "role": "admin", "password": "short"}, "password"),
        ({"username": "x", "role": "worker"}, "worker"),
        ({"username": "x", "role": "planner", "areas": ["nowhere"]}, "area"),
        ({"username": "x", "role": "king"}, "role"),
        ({"username": "x\x00", "role": "admin"}, "username"),
    ],
)
def test_account_that_will_not_do_is_refused_with_its_fault(admin, given, where):
    answer = admin.post("/api/accounts", json=given)
    assert answer.status_code == 422
    assert where in {each["where"] for each in answer.json()["errors"]}


def test_name_is_given_once(admin, made):
    assert admin.post("/api/accounts", json={"username": made[0]["username"], "role": "admin"}).status_code == 409


def test_administrator_makes_changes_resets_and_disables_an_account_by_forms(client_for):
    browser = client_for("admin", browser=True)
    del browser.headers["x-csrf-token"]

    def post(path, **given):
        return browser.post(path, data={"csrf_token": token_in(browser.get("/admin/accounts")), **given})

    name = f"form{next(_names)}"
    refused = post("/admin/accounts", username=name, role="worker", worker="nobody")
    assert refused.status_code == 422
    assert "没有该编号的人员" in refused.text
    assert f'value="{name}"' in refused.text
    answer = post("/admin/accounts", username=name, role="official", areas=COMMUNITY)
    assert answer.status_code == 200
    assert re.search(rf"{name}可用此密码登录.*value=\"(\w{{4}}-\w{{4}}-\w{{4}})\"", answer.text, re.S)
    assert "已有同名账号" in post("/admin/accounts", username=name, role="official").text
    path = re.search(
        rf'href="(/admin/accounts/\d+)"><strong>{name}', browser.get("/admin/accounts", params={"q": name}).text
    )[1]
    assert post(f"{path}/change", role="dispatcher").headers["location"] == f"{path}?done=change"
    assert "调度" in browser.get(f"{path}?done=change").text
    assert "可用此密码登录" in post(f"{path}/password").text
    for verb, said in (("disable", "已停用"), ("enable", "启用"), ("unlock", "解除锁定"), ("sign-out", "均已失效")):
        assert said in browser.get(post(f"{path}/{verb}").headers["location"]).text
    for field in ("username", "role", "worker", "community", "areas"):
        assert post("/admin/accounts", **{"username": "x", "role": "planner", field: "\x00"}).status_code == 422
    assert browser.get("/admin/accounts", params={"q": "\x00", "role": "\x00", "after": "\x00"}).status_code == 200
    assert browser.get("/admin/accounts/x").status_code == 404
    assert post("/admin/accounts/4711/disable").status_code == 404


def test_owner_makes_and_revokes_a_token_and_signs_out_elsewhere_by_forms(own, app, nobody):
    account, elsewhere = own
    visitor = TestClient(app, follow_redirects=False, headers=PAGE)
    sign_in(visitor, account["username"], PASSWORD)

    def post(path, **given):
        return visitor.post(path, data={"csrf_token": token_in(visitor.get("/account")), **given})

    shown = post("/account/tokens", name="<script>alert(1)</script>", days="30").text
    token = re.search(r'class="code secret" value="([\w-]{43})"', shown)[1]
    assert "<script>alert" not in shown
    program = {"authorization": f"Bearer {token}", "accept": "*/*"}
    assert nobody.get("/api/issues", headers=program).status_code == 200
    assert token not in visitor.get("/account").text
    assert "已有同名令牌" in post("/account/tokens", name="<script>alert(1)</script>", days="30").text
    end = re.search(r"&lt;script.*?action=\"(/account/sign-ins/\d+/end)\"", visitor.get("/account").text, re.S)[1]
    assert post(end).headers["location"] == "/account?done=ended"
    assert nobody.get("/api/issues", headers=program).status_code == 401
    assert nobody.get("/api/account", headers=elsewhere).status_code == 200
    assert post("/account/sign-out-elsewhere").headers["location"] == "/account?done=elsewhere"
    assert nobody.get("/api/account", headers=elsewhere).status_code == 401
    assert visitor.get("/account").status_code == 200


def test_every_role_has_its_account_page(client_for):
    for role in ROLES:
        assert client_for(role, browser=True).get("/account").status_code == 200


def test_of_two_who_make_one_account_at_once_the_second_is_told(app, client_for):
    for _ in range(3):
        given = {"username": f"twin{next(_names)}", "role": "dispatcher"}
        with ThreadPoolExecutor(2) as both:
            clients = client_for("admin"), client_for("admin")
            answers = [both.submit(client.post, "/api/accounts", json=given) for client in clients]
        assert sorted(each.result().status_code for each in answers) == [201, 409]


def test_of_two_accounts_that_are_made_for_one_person_at_once_the_second_is_told(client_for, town, town_engine):
    with transaction(town_engine, SYSTEM) as connection:
        values = {"community_id": town.community_id, "code": "W88", "name": "双生"}
        connection.execute(worker.insert().values(values))
    with ThreadPoolExecutor(2) as both:
        answers = [
            both.submit(
                client_for("admin").post,
                "/api/accounts",
                json={"username": f"twin{next(_names)}", "role": "worker", "worker": "W88"},
            )
            for _ in range(2)
        ]
    codes = sorted(each.result().status_code for each in answers)
    assert codes[0] == 201
    assert codes[1] in (409, 422)
