"""Signing in with an OpenID Connect provider, which runs beside the service for these tests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, select

from api.app import create_app
from api.oidc import Journey
from gis.security.accounts import create_account, disable_account
from gis.security.credentials import set_password
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.session import create_engine, transaction
from gis.storage.tables import account
from tests.api.conftest import PASSWORD
from tests.client import TestClient
from tests.provider import CLIENT_ID, CLIENT_SECRET, LocalProvider, local_provider

PAGE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def running() -> Iterator[LocalProvider]:
    with local_provider() as found:
        yield found


@pytest.fixture
def provider(running: LocalProvider) -> LocalProvider:
    running.reset()
    return running


@pytest.fixture(scope="module")
def engine_here(new_database: Any, template: str, vault: Vault) -> Iterator[Engine]:
    engine = create_engine(new_database(template), vault=vault)
    with transaction(engine) as connection:
        create_account(connection, username="official", password=PASSWORD, role="official")
        create_account(connection, username="closed", password=PASSWORD, role="official")
        disable_account(connection, "closed")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def service(settings: Settings, engine_here: Engine, running: LocalProvider) -> Iterator[FastAPI]:
    chosen = {
        "oidc_issuer": running.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
        "oidc_name": "统一身份",
    }
    app = create_app(settings.model_copy(update=chosen), engine_here)
    with TestClient(app):
        yield app


@pytest.fixture
def visitor(service: FastAPI, provider: LocalProvider) -> TestClient:
    service.state.throttle.__init__(service.state.settings.sign_ins_per_minute)
    return TestClient(service, follow_redirects=False, headers=PAGE)


def at_provider(visitor: TestClient, next: str = "/desk") -> str:
    """Go to the provider, be recognised there, and give the address to which it sends one back."""
    leaving = visitor.get("/sign-in/oidc", params={"next": next})
    assert leaving.status_code == 303
    back = httpx.get(leaving.headers["location"]).headers["location"]
    return back.removeprefix("http://testserver")


def refused(answer: httpx.Response, status: int = 401) -> bool:
    set_cookies = answer.headers.get_list("set-cookie")
    return answer.status_code == status and not any(each.startswith("dualgrid_session=") for each in set_cookies)


def test_sign_in_page_offers_the_provider_by_its_name(visitor, nobody):
    assert 'href="/sign-in/oidc?next=/desk"' in visitor.get("/sign-in?next=/desk").text
    assert "用统一身份登录" in visitor.get("/sign-in").text
    assert "/sign-in/oidc" not in nobody.get("/sign-in", headers=PAGE).text
    assert nobody.get("/sign-in/oidc").status_code == 404


def test_person_whom_the_provider_knows_and_we_too_is_signed_in(visitor):
    answer = visitor.get(at_provider(visitor))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("dualgrid_session="))
    assert "HttpOnly" in cookie
    assert visitor.get("/desk").status_code == 200


def test_person_who_has_no_account_is_told_so_and_gets_none(visitor, provider, engine_here):
    provider.person["preferred_username"] = "stranger"
    answer = visitor.get(at_provider(visitor))
    assert refused(answer, 403)
    assert "统一身份认得您" in answer.text
    with transaction(engine_here) as connection:
        assert connection.scalar(select(account.c.id).where(account.c.username == "stranger")) is None


def test_closed_account_stays_closed(visitor, provider):
    provider.person["preferred_username"] = "closed"
    assert refused(visitor.get(at_provider(visitor)), 403)


@pytest.mark.parametrize("name", [None, "", 5, ["official"], "a\x00b"])
def test_name_that_is_none_is_nobodys(visitor, provider, name):
    provider.person["preferred_username"] = name
    answer = visitor.get(at_provider(visitor))
    assert refused(answer) or refused(answer, 403)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"azp": "another client"},
    ],
    ids=lambda wrong: " ".join(wrong),  # the same in every process: no time
)
def test_id_token_that_is_not_for_this_try_is_not_believed(visitor, provider, wrong):
    provider.claims = wrong
    answer = visitor.get(at_provider(visitor))
    assert refused(answer)
    assert "没有成功" in answer.text


def test_id_token_that_another_has_signed_is_not_believed(visitor, provider):
    provider.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    assert refused(visitor.get(at_provider(visitor)))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_id_token_that_anybody_could_sign_is_not_believed(visitor, provider, algorithm):
    """Also not with the client's secret or the published key as the secret of a HMAC."""
    provider.header = {"alg": algorithm, "kid": "one"}
    provider.key = OctKey.import_key(CLIENT_SECRET) if algorithm == "HS256" else None
    assert refused(visitor.get(at_provider(visitor)))


def test_code_is_good_for_once(visitor):
    back = at_provider(visitor)
    journey = visitor.cookies["dualgrid_away"]
    assert visitor.get(back).status_code == 303
    assert refused(visitor.get(back))  # the way there is used up
    visitor.cookies.clear()
    visitor.cookies.set("dualgrid_away", journey)
    assert refused(visitor.get(back))  # and so is the code, for who has kept the cookie


def test_way_back_is_for_the_browser_that_went(service, visitor):
    back = at_provider(visitor)
    assert refused(TestClient(service, follow_redirects=False, headers=PAGE).get(back))
    other = TestClient(service, follow_redirects=False, headers=PAGE)
    at_provider(other)
    assert refused(other.get(back))


def test_code_cannot_be_used_without_the_verifier_that_stayed_here(visitor):
    back = at_provider(visitor)
    kept = Journey.unpacked(visitor.cookies["dualgrid_away"])
    visitor.cookies.clear()
    forged = Journey(kept.state, kept.nonce, "another" * 7, kept.next)
    visitor.cookies.set("dualgrid_away", forged.packed())
    assert refused(visitor.get(back))


@pytest.mark.parametrize("packed", ["", "x", "bm90IGpzb24=", "W10=", "e30=", "é".encode().hex()])
def test_cookie_of_the_way_there_that_is_none_is_refused(visitor, packed):
    visitor.cookies.set("dualgrid_away", packed)
    assert refused(visitor.get("/sign-in/oidc/back?code=x&state=y"))


def test_what_the_provider_refuses_is_refused(visitor):
    back = at_provider(visitor)
    assert refused(visitor.get(back.partition("?")[0] + "?error=access_denied&state=" + back.rpartition("state=")[2]))


def test_reader_is_not_sent_elsewhere_after_coming_back(visitor):
    assert visitor.get(at_provider(visitor, "//evil.example")).headers["location"] == "/"


def test_password_that_another_chose_does_not_bother_who_came_without_it(visitor, engine_here):
    with transaction(engine_here) as connection:
        set_password(connection, "official", PASSWORD, must_change=True)
    visitor.get(at_provider(visitor))
    assert visitor.get("/desk").status_code == 200


def test_provider_that_does_not_answer_or_is_another_is_said_to_fail(settings, engine_here, provider, caplog):
    for issuer in ("http://127.0.0.1:9", provider.issuer.replace("127.0.0.1", "localhost")):
        chosen = {"oidc_issuer": issuer, "oidc_client_id": CLIENT_ID}
        with TestClient(create_app(settings.model_copy(update=chosen), engine_here), headers=PAGE) as client:
            answer = client.get("/sign-in/oidc")
            assert refused(answer)
            assert "127.0.0.1" not in answer.text
        assert "refused" in caplog.text


@pytest.mark.parametrize("issuer", ["http://sso.example", "ftp://sso.example", "sso.example"])
def test_provider_is_asked_over_tls_only(issuer, home):
    with pytest.raises(ValidationError):
        Settings(home=home, oidc_issuer=issuer)
