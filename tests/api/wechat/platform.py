"""WeChat's and WeCom's side of a callback, by other means than the service: openssl's AES and SHA-1, text for XML."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import Any

from gis.crs import from_wgs84

TOKEN = "a token of the platform"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0123456789abcdef"
CORP_ID = "ww0123456789abcdef"
WECHAT = {"wechat_token": TOKEN, "wechat_app_id": APP_ID}
WECOM = {"wecom_token": TOKEN, "wecom_corp_id": CORP_ID, "wecom_aes_key": AES_KEY}
IN_G2 = (107.0015, 29.0005)
_ids = count(7_000_000_000_000_000_000)


def openssl(*arguments: str, given: bytes) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def sha1(*parts: str) -> str:
    return openssl("dgst", "-sha1", "-r", given="".join(sorted(parts)).encode()).split()[0].decode()


def aes(direction: str, given: bytes) -> bytes:
    key = b64decode(AES_KEY + "=")
    return openssl("enc", direction, "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", key[:16].hex(), given=given)


def seal(message: str, receiver: str) -> str:
    words = message.encode()
    clear = os.urandom(16) + struct.pack(">I", len(words)) + words + receiver.encode()
    short = 32 - len(clear) % 32
    return b64encode(aes("-e", clear + bytes([short]) * short)).decode()


def unseal(sealed: str) -> tuple[str, str]:
    """The message and its receiver."""
    padded = aes("-d", b64decode(sealed))
    assert 1 <= padded[-1] <= 32
    assert len(padded) % 32 == 0
    clear = padded[: -padded[-1]]
    (length,) = struct.unpack(">I", clear[16:20])
    return clear[20 : 20 + length].decode(), clear[20 + length :].decode()


def xml(**fields: Any) -> str:
    """As the platforms write it: words in CDATA, numbers bare."""
    parts = (
        f"<{n}>{v}</{n}>" if isinstance(v, int | float) else f"<{n}><![CDATA[{v}]]></{n}>" for n, v in fields.items()
    )
    return f"<xml>{''.join(parts)}</xml>"


def message(kind: str = "text", *, sender: str = "oResident", receiver: str = "gh_account", **fields: Any) -> str:
    """A message with an id of its own; a field of None is left out."""
    known = {"ToUserName": receiver, "FromUserName": sender, "CreateTime": int(time.time()), "MsgType": kind}
    known |= {} if kind == "event" else {"MsgId": next(_ids)}
    return xml(**{name: value for name, value in (known | fields).items() if value is not None})


def field(text: str, name: str) -> str:
    """A field of an answer, however its text is escaped."""
    found = re.search(rf"<{name}>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</{name}>", text, re.DOTALL)
    assert found is not None, text
    return found[1] if found[1] is not None else unescape(found[2])


@dataclass(frozen=True)
class Platform:
    """One of the two, sending to its callback with or without a seal."""

    client: Any
    path: str
    receiver: str
    sealed: bool

    def query(self, *parts: str, token: str = TOKEN, timestamp: str | None = None) -> dict[str, str]:
        stamp, nonce = timestamp or str(int(time.time())), os.urandom(4).hex()
        query = {"timestamp": stamp, "nonce": nonce, "signature": sha1(token, stamp, nonce)}
        if self.sealed:
            query |= {"encrypt_type": "aes", "msg_signature": sha1(token, stamp, nonce, *parts)}
        return query

    def post(self, body: str, *, beside: str | None = None, **signed: str) -> Any:
        """Send a message; `beside` is the plain one that the compatible mode puts beside the sealed one."""
        if not self.sealed:
            return self.client.post(self.path, params=self.query(**signed), content=body.encode())
        cipher = seal(body, self.receiver)
        sent = xml(ToUserName="gh_account", Encrypt=cipher)
        if beside is not None:
            sent = beside.replace("</xml>", f"<Encrypt><![CDATA[{cipher}]]></Encrypt></xml>")
        return self.client.post(self.path, params=self.query(cipher, **signed), content=sent.encode())

    def told(self, answer: Any, *, sender: str = "oResident") -> str:
        """The words of an answer, after all that surrounds them was checked."""
        assert answer.status_code == 200, answer.text
        text = answer.text
        if self.sealed:
            cipher = field(text, "Encrypt")
            signature = sha1(TOKEN, field(text, "TimeStamp"), field(text, "Nonce"), cipher)
            assert field(text, "MsgSignature") == signature
            text, receiver = unseal(cipher)
            assert receiver == self.receiver
        assert field(text, "ToUserName") == sender
        assert field(text, "FromUserName") == "gh_account"
        assert field(text, "MsgType") == "text"
        assert abs(int(field(text, "CreateTime")) - time.time()) < 60
        return field(text, "Content")


def number(words: str) -> int:
    found = re.search(r"\d+", words)
    assert found, words
    return int(found[0])


def at(lon: float, lat: float, datum: str = "gcj02") -> dict:
    """A location message's fields: X is the latitude."""
    x, y = from_wgs84(lon, lat, datum=datum)
    return {"Location_X": y, "Location_Y": x, "Scale": 16, "Label": "附近"}
