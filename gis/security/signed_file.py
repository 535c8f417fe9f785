"""A signature in the last line of an HTML file, where no browser shows it.

Everything before that line is signed, byte by byte; nothing may follow it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gis.security.signing import PublicKey

# Of the last of 86 letters only two bits count: the four spare ones are zero, so that a signature has one spelling.
_LAST_LINE = re.compile(rb"<!-- dualgrid-signature ed25519 ([0-9a-f]{16}) ([A-Za-z0-9_-]{85}[AQgw]) -->\n\Z")
_ANYWHERE = b"<!-- dualgrid-signature "

Verdict = Literal["valid", "changed", "not_ours"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a file: the id of the key that it names, empty without one, and the content that was signed."""

    verdict: Verdict
    key_id: str = ""
    content: bytes = b""


def with_signature(content: bytes, key_id: str, signature: bytes) -> bytes:
    """The content as a signed file; it has to end with a line end."""
    written = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    return content + f"<!-- dualgrid-signature ed25519 {key_id} {written} -->\n".encode()


def check(file: bytes, keys: Sequence[PublicKey]) -> Checked:
    """Whether a file is as one of these keys signed it.

    `not_ours` names none of the keys, or carries no signature at all; `changed` names one that did not sign this.
    """
    found = _LAST_LINE.search(file)
    if found is None:
        return Checked("changed" if _ANYWHERE in file else "not_ours")
    id, content = found[1].decode(), file[: found.start()]
    key = next((key for key in keys if key.id == id), None)
    if key is None:
        return Checked("not_ours", id, content)
    signature = base64.urlsafe_b64decode(found[2] + b"==")
    return Checked("valid" if key.holds(signature, content) else "changed", id, content)
