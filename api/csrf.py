"""A change that a browser sends with its cookie must show that one of our own pages asked for it.

Every page carries a token that is made from the secret of the reader's sign-in (before there is one, from a
cookie that comes with the sign-in form). A form sends it as its first field, a script as a header. Another site
can neither read nor make it. It looks different on each page, because pages are compressed, and what is always
the same could be guessed from how well. A client with a bearer token needs none: no browser sends that by itself.

The check (`api/csrf_check.py`) comes after that of who asks (`Sec-Fetch-Site`, `Origin`) in `Gate`: either would
do alone.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets

_BYTES = 32


def csrf_token(secret: str) -> str:
    """A token that belongs to a secret, a new one each time."""
    pad = secrets.token_bytes(_BYTES)
    return base64.urlsafe_b64encode(pad + _mixed(pad, _key(secret))).decode().rstrip("=")


def fits(token: str, secret: str) -> bool:
    """Whether a token was made from this secret."""
    try:
        given = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return False
    if len(given) != 2 * _BYTES:
        return False
    return hmac.compare_digest(_mixed(given[:_BYTES], given[_BYTES:]), _key(secret))


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode("utf-8", "surrogatepass"), b"dualgrid csrf", "sha256")


def _mixed(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
