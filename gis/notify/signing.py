"""Signs messages to other systems, and tells whether one is genuine, by the scheme of Standard Webhooks.

Three headers go with a body: `webhook-id`, the same each time that a message is tried again; `webhook-timestamp`, the
second of this try; `webhook-signature`, for each valid secret `v1,` and the base64 of
HMAC-SHA256(id.timestamp.body). A receiver checks the signature over the bytes as they came, refuses a timestamp that is
minutes away, and keeps the ids of those minutes: one that it has seen is a repetition. (Standard Webhooks, "Signature
scheme" and "Verifying webhook authenticity", standardwebhooks.com.)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence

from gis.errors import Denied, said

PREFIX = "whsec_"
SECRET_BYTES = 32
TOLERANCE_S = 300
"""How far a receiver should let a timestamp be from its own clock."""


def new_secret() -> str:
    """A random secret, as receivers of this scheme expect it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(body: bytes, *, id: str, at_s: int, valid: Sequence[str]) -> dict[str, str]:
    """The headers of a message at a second of the Unix clock, signed with each of the valid secrets."""
    signatures = [f"v1,{base64.b64encode(_digest(secret, id, str(at_s), body)).decode()}" for secret in valid]
    return {"webhook-id": id, "webhook-timestamp": str(at_s), "webhook-signature": " ".join(signatures)}


def checked_id(headers: Mapping[str, str], body: bytes, *, secret: str, now_s: int) -> str:
    """What a receiver does: the id of a genuine message, to be compared with those that it has had.

    Header names in lower case. Raises Denied for a message that is not signed with the secret, or not of now.
    """
    id, at, given = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not id or not re.fullmatch("[0-9]{1,12}", at) or abs(int(at) - now_s) > TOLERANCE_S:
        raise Denied(said("This message is not one of now."))
    wanted = _digest(secret, id, at, body)
    for signature in given.split():
        version, _, encoded = signature.partition(",")
        if version == "v1" and hmac.compare_digest(_decoded(encoded), wanted):
            return id
    raise Denied(said("This message is not signed with the secret."))


def _digest(secret: str, id: str, at: str, body: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return hmac.digest(key, f"{id}.{at}.".encode() + body, hashlib.sha256)


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
