"""Which characters the bytes of a file stand for.

UTF-8 is tried first and is practically never right by accident. Chinese office programs write GB18030
(GBK, GB2312), whose characters in daily use all lie in rows B0 to F7 of GB2312 with a second byte above A0; text in
a western code page hardly ever looks so. Only what is neither goes to a statistical guess.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from gis.errors import Fault, InvalidInput, said

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GB2312_PAIR = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")
_GBK_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_SAMPLE = 256 * 1024


def detect(data: bytes) -> str:
    """The encoding of `data`, as a Python codec name. Raises `InvalidInput` when it is none that we know."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if _decodes(data, "utf-8"):
        return "utf-8"
    if _looks_chinese(data) and _decodes(data, "gb18030"):
        return "gb18030"
    guess = from_bytes(data[:_SAMPLE], cp_exclusion=["utf_8", "utf_16", "utf_32", "utf_7"]).best()
    if guess is not None and _decodes(data, guess.encoding):
        return guess.encoding
    raise InvalidInput(
        [Fault("file", "bad_encoding", said("its characters are in no encoding that we recognise; save it as UTF-8"))]
    )


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of `data`, and the encoding's name if it was not UTF-8 (to be told to the sender)."""
    encoding = detect(data)
    return data.decode(encoding), None if encoding.startswith("utf-8") else encoding.replace("_", "-").upper()


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(data: bytes) -> bool:
    pairs = _GBK_PAIR.findall(data)
    common = sum(1 for pair in pairs if _GB2312_PAIR.fullmatch(pair))
    return bool(pairs) and common >= 0.8 * len(pairs)
