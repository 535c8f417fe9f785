"""Services that are configured for the platforms, and somebody who writes to them."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import select

from api.app import create_app
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import issue
from tests.api.wechat.platform import (
    AES_KEY,
    APP_ID,
    CORP_ID,
    WECHAT,
    WECOM,
    Platform,
    message,
    number,
)
from tests.client import TestClient

_senders = count(1)


@pytest.fixture(scope="module")
def service(home, town_engine, town):
    """Services with other settings, over the town's database."""
    opened = []

    def start(**chosen):
        client = TestClient(create_app(Settings(home=home, database_url="", **chosen), town_engine))
        opened.append(client.__enter__())
        return opened[-1]

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture(scope="module")
def sealed_client(service):
    return service(**WECHAT, **WECOM, wechat_aes_key=AES_KEY)


@pytest.fixture(scope="module")
def plain_client(service):
    return service(**WECHAT)


@pytest.fixture
def wechat(sealed_client):
    return Platform(sealed_client, "/wechat/callback", APP_ID, sealed=True)


@pytest.fixture
def wecom(sealed_client):
    return Platform(sealed_client, "/wecom/callback", CORP_ID, sealed=True)


@pytest.fixture
def plain(plain_client):
    return Platform(plain_client, "/wechat/callback", APP_ID, sealed=False)


@pytest.fixture(params=["plain", "wechat", "wecom"])
def platform(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def sender():
    """Somebody who has sent nothing yet."""
    return f"oResident{next(_senders)}"


@pytest.fixture
def say(platform, sender):
    """Sends a message of this sender and gives the words of the answer."""

    def send(kind="text", **fields):
        return platform.told(platform.post(message(kind, sender=sender, **fields)), sender=sender)

    return send


@pytest.fixture
def matters(town_engine):
    """Counts the matters that there are."""

    def now() -> int:
        with transaction(town_engine) as connection:
            return len(connection.execute(select(issue.c.id)).all())

    return now


@pytest.fixture
def matter(say):
    return number(say(Content="梨园1栋路灯不亮"))


@pytest.fixture
def take_step(admin):
    def take(matter, to, **told):
        path = f"/api/issues/{matter}/transitions"
        answer = admin.post(path, json={"to": to, **told}, headers={"if-match": "*"})
        assert answer.status_code == 200, answer.text

    return take


@pytest.fixture
def resolved(matter, take_step):
    take_step(matter, "accepted")
    take_step(matter, "resolved", answer="换了灯泡", settled_at="格")
    return matter
