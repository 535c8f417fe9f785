"""Signatures and seals: what is wrong is refused."""

from __future__ import annotations

import time

import pytest

from tests.api.wechat.platform import (
    APP_ID,
    message,
    seal,
    xml,
)


def test_wrong_signature_is_refused_and_stores_nothing(platform, matters):
    before = matters()
    body = message(Content="假的")
    for answer in (
        platform.post(body, token="another"),
        platform.post(body, timestamp=str(int(time.time()) - 7200)),
        platform.post(body, timestamp=str(int(time.time()) + 7200)),
        platform.post(body, timestamp="soon"),
        platform.client.post(platform.path, content=body.encode()),
    ):
        assert answer.status_code == 403
    assert matters() == before


def test_ciphertext_that_was_changed_is_refused(wechat):
    cipher = seal(message(Content="真的"), APP_ID)
    query = wechat.query(cipher)
    other = seal(message(Content="假的"), APP_ID)
    assert wechat.client.post(wechat.path, params=query, content=xml(Encrypt=other)).status_code == 403


@pytest.mark.parametrize("cipher", ["", "!", "AAAA", "A" * 64, "长"])
def test_signed_rubbish_is_refused(wechat, cipher):
    answer = wechat.client.post(wechat.path, params=wechat.query(cipher), content=xml(Encrypt=cipher).encode())
    assert answer.status_code == 403


def test_message_for_another_account_is_refused(wechat):
    cipher = seal(message(Content="不是给我们的"), "wx_somebody_else")
    answer = wechat.client.post(wechat.path, params=wechat.query(cipher), content=xml(Encrypt=cipher))
    assert answer.status_code == 403
