"""Scripts and styles put into a page itself, for a file that asks nobody for anything.

What this service serves under `/static` is read from where it lies. A module comes with the modules that it imports, as
one: each name at the top of any of them has to be its own. The policy of such a page allows what stands in it by hash,
and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from gis.errors import Unavailable, said
from maps.assets import STATIC, UnsafeScript

POLICY_HERE = "<!-- the policy of this page -->"
OWN = Path(__file__).parent / "static"
_IMPORT = re.compile(r'^import\s[^"]*"\./([\w-]+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=const|function|class|let|async)", re.M)
_STRICT = re.compile(r'^"use strict";\n', re.M)
_SCRIPT = re.compile(r"<script(?P<kind>[^>]*)>(?P<text>.*?)</script>", re.S)
_STYLE = re.compile(r"<style>(.*?)</style>", re.S)
_PICTURE = re.compile(r"url\((?!#)[^)]*\)")


def read(path: str, *, vendor: Path) -> str:
    """The text of a file that pages know as `/static/…`; `vendor` is where what others have written lies.

    Raises Unavailable where the home has not been set up.
    """
    name = path.removeprefix(f"{STATIC}/")
    file = vendor / name.removeprefix("vendor/") if name.startswith("vendor/") else OWN / name
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Unavailable(said("{file} is not there: run `./dualgrid setup`.", file=file)) from None


def module(name: str) -> str:
    """A module of `static/js` and all that it imports, as one script, what is imported first."""
    told: dict[str, str] = {}

    def gather(each: str) -> None:
        if each not in told:
            told[each] = ""  # modules that import each other come once
            source = (OWN / "js" / each).read_text(encoding="utf-8")
            for imported in _IMPORT.findall(source):
                gather(imported)
            del told[each]
            told[each] = _EXPORT.sub("", _STRICT.sub("", _IMPORT.sub("", source)))

    gather(name)
    return safe("\n".join(told.values()))


def safe(script: str) -> str:
    """A script that may stand between tags. Raises UnsafeScript for one that would end its element."""
    if "</script" in script.lower() or "<!--" in script:
        raise UnsafeScript("a script holds the end of its own element")
    return script


def style(text: str) -> str:
    """A style that may stand between tags and asks for no picture: those that Leaflet brings are used by nothing here.

    Raises UnsafeScript for one that would end its element.
    """
    if "</style" in text.lower():
        raise UnsafeScript("a style holds the end of its own element")
    return _PICTURE.sub("none", text)


def with_policy(html: str) -> str:
    """A page with its content-security policy at `POLICY_HERE`: it lets just what stands in the page run, by hash, and
    nothing be asked for."""
    scripts = [each["text"] for each in _SCRIPT.finditer(html) if "application/json" not in each["kind"]]
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(_STYLE.findall(html))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return html.replace(POLICY_HERE, f'<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _hashes(texts: Iterable[str]) -> str:
    digests = sorted(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in set(texts))
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
