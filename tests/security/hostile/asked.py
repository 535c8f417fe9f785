"""Asking every way in that the service describes, and what may be answered whatever was asked.

A refusal is a problem document (RFC 9457). It never tells how the service is built: no trace, no statement, no path.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from tests.security.hostile.described import OPERATIONS

INNER_WORDS = re.compile(
    r"Traceback|File \"|psycopg|sqlalchemy|pydantic|\bSELECT\b.*\bFROM\b|pgcode|/site-packages/|0x[0-9a-f]{8,}",
    re.DOTALL,
)


def mind(answer: Any, sent: object = "") -> None:
    """Fail unless an answer is one that may be given to anybody; what was sent may come back in it."""
    assert answer.status_code < 500, (answer.status_code, answer.text[:500], sent)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", sent
        problem = answer.json()
        assert problem["status"] == answer.status_code
        own_words = answer.text.replace(json.dumps(str(sent), ensure_ascii=False)[1:-1], "")
        assert not INNER_WORDS.search(own_words), own_words[:500]


def address(operation: Any, **filled: str) -> str:
    """The path with its parameters filled, with 1 where nothing is given."""
    path: str = operation.path
    for name in operation.in_path:
        path = path.replace("{" + name + "}", quote(filled.get(name, "1").encode("utf-8", "surrogatepass"), safe=""))
    return path


def of(kind: str) -> list[str]:
    return [label for label, each in OPERATIONS.items() if getattr(each, kind)]
