"""The platform asks whether this is us; and what has to be set for it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gis.settings import Settings
from tests.api.wechat.platform import (
    AES_KEY,
    CORP_ID,
    seal,
)


def test_wechat_is_told_back_what_it_sent(plain, wechat):
    for each in (plain, wechat):
        query = each.query() | {"echostr": "4242"}
        answer = each.client.get(each.path, params=query)
        assert (answer.status_code, answer.text) == (200, "4242")
        assert answer.headers["content-type"].startswith("text/plain")


def test_wecom_is_told_back_what_it_sealed(wecom):
    cipher = seal("4242", CORP_ID)
    answer = wecom.client.get(wecom.path, params=wecom.query(cipher) | {"echostr": cipher})
    assert (answer.status_code, answer.text) == (200, "4242")


def test_verification_with_a_wrong_signature_is_refused(platform):
    cipher = seal("4242", platform.receiver)
    for wrong in (
        platform.query(cipher, token="another") | {"echostr": cipher},
        {"echostr": cipher},
        {"signature": "", "msg_signature": "", "timestamp": "", "nonce": "", "echostr": cipher},
    ):
        answer = platform.client.get(platform.path, params=wrong)
        assert answer.status_code == 403
        assert "4242" not in answer.text


@pytest.mark.parametrize("path", ["/wechat/callback", "/wecom/callback"])
def test_what_is_not_configured_does_not_exist(nobody, path):
    assert nobody.get(path, params={"echostr": "1"}).status_code == 404
    assert nobody.post(path, content=b"<xml/>").status_code == 404


@pytest.mark.parametrize(
    "chosen",
    [
        {"wechat_token": "t", "wechat_app_id": "a", "wechat_aes_key": "short"},
        {"wechat_token": "t", "wechat_aes_key": AES_KEY},
        {"wecom_token": "t", "wecom_corp_id": "c", "wecom_aes_key": "!" * 43},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(home, chosen):
    with pytest.raises(ValidationError):
        Settings(home=home, **chosen)


def test_empty_token_is_no_token(home):
    assert Settings(home=home, wechat_token="", wecom_aes_key="").wechat_token is None
