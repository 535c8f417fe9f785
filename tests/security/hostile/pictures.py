"""Pictures made by who means harm. As for the other files: made here rather than kept."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.photos import photo

SCRIPT = b"<script>alert(document.cookie)</script>"
Made = Callable[[], bytes]


def png(width: int, height: int, *chunks: bytes, data: bytes | None = None) -> bytes:
    """A PNG of a size that it only says it has, if `data` is not that large; with more chunks in front of it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes((3 * width + 1) * height) if data is None else data)
    parts = [chunk(b"IHDR", head), *chunks, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def resized(content: bytes, width: int, height: int) -> bytes:
    """A JPEG whose head says another size."""
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def many_scans() -> bytes:
    """A progressive JPEG in which one scan is repeated ten thousand times: minutes of work in a hundred kilobytes."""
    content = photo(2000, 2000, progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * 10_000 + content[-2:]


def gif() -> bytes:
    written = io.BytesIO()
    Image.new("P", (8, 8)).save(written, "GIF")
    return written.getvalue()


REFUSED: dict[str, tuple[str, Made]] = {
    "nothing": ("content", lambda: b""),
    "svg": ("content", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "html": ("content", lambda: b"<!doctype html>" + SCRIPT),
    "postscript": ("content", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(id) run\n"),
    "pdf": ("content", lambda: b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"),
    "gif": ("content", gif),
    "tiff": ("content", lambda: b"II*\x00" + bytes(60)),
    "archive": ("content", lambda: b"PK\x03\x04" + bytes(60)),
    "heic": ("heic", lambda: b"\x00\x00\x00\x18ftypheic" + bytes(60)),
    "script before a photo": ("content", lambda: SCRIPT + photo()),
    "photo cut off": ("unreadable", lambda: photo()[:2000]),
    "photo of its head only": ("unreadable", lambda: photo()[:200]),
    "png cut off": ("unreadable", lambda: photo(format="PNG")[:-40]),
    "webp cut off": ("unreadable", lambda: photo(format="WEBP")[:-40]),
    "png with a broken sum": ("unreadable", lambda: photo(format="PNG").replace(b"IDAT", b"IDAT\x00", 1)),
    "png bomb": ("too_many_pixels", lambda: png(9000, 9000)),
    "png that says it is huge": ("too_many_pixels", lambda: png(2**31 - 1, 2**31 - 1, data=b"")),
    "png without pixels": ("unreadable", lambda: png(4000, 4000, data=b"")),
    "png of nothing": ("content", lambda: png(0, 0, data=b"")),
    "png whose text unpacks to much": (
        "unreadable",
        lambda: png(8, 8, *[chunk(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(60_000_000)))] * 3),
    ),
    "jpeg that says it is huge": ("too_many_pixels", lambda: resized(photo(), 60_000, 60_000)),
    "jpeg of many scans": ("too_many_scans", many_scans),
}
"""Each with the code that it is refused with."""

POLYGLOTS: dict[str, Made] = {
    "jpeg that is also a page": lambda: photo(comment=b"<html>" + SCRIPT) + SCRIPT,
    "jpeg that is also an archive": lambda: photo() + b"PK\x03\x04" + SCRIPT,
    "jpeg that is also a script": lambda: photo(comment=b"*/=1;" + SCRIPT + b"/*"),
    "png that is also a page": lambda: png(8, 8, chunk(b"tEXt", b"Comment\x00" + SCRIPT)) + SCRIPT,
    "webp that is also a page": lambda: photo(format="WEBP") + SCRIPT,
}
"""Pictures that are something else as well: taken, and nothing else any more."""
