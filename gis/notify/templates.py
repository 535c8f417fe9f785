"""The words of notices: a subject and a body for each event and language, with placeholders in braces.

The product's own are in `wording.py`; an operator may write others. Only the names in `PLACEHOLDERS` may stand in
braces, without anything behind them, so that filling them in reads nothing but what it is given. What residents
wrote comes masked, in one line, and with the signs by which messengers call people or make tags written wide.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, Term, said
from gis.notify.events import EVENTS, Event
from gis.notify.wording import SAMPLE, WORDING
from gis.security.audit import record
from gis.storage.tables import notice_template

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
PLACEHOLDERS = frozenset(SAMPLE["zh"])
"""`number`, `topic`, `place`, `grid`, … : the names that may stand in braces."""
MOST_SUBJECT, MOST_BODY = 200, 2000
MOST_FILLED = 8000

_WIDE = str.maketrans({"@": "＠", "<": "＜", ">": "＞"})


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one event in one language; `own` tells that an operator wrote them."""

    event: Event
    language: Language
    subject: str
    body: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as it is read."""

    subject: str
    body: str


def templates(connection: Connection) -> dict[tuple[str, str], Template]:
    """All of them, by event and language."""
    found: dict[tuple[str, str], Template] = {
        (event, language): Template(event, language, *WORDING[language][event])
        for event in EVENTS
        for language in LANGUAGES
    }
    for row in connection.execute(select(notice_template)):
        if (row.event, row.language) in found:
            found[row.event, row.language] = Template(row.event, row.language, row.subject, row.body, own=True)
    return found


def save_template(connection: Connection, event: str, language: str, *, subject: str, body: str, actor: Actor) -> None:
    """Write other words for an event. Raises InvalidInput with every fault of them."""
    faults = _faults_of_key(event, language)
    faults += faults_of_words("subject", subject, MOST_SUBJECT) + faults_of_words("body", body, MOST_BODY)
    if faults:
        raise InvalidInput(faults)
    values = {"subject": subject, "body": body, "changed_by": actor.name, "changed_at": func.now()}
    written = insert(notice_template).values(event=event, language=language, **values)
    key = [notice_template.c.event, notice_template.c.language]
    connection.execute(written.on_conflict_do_update(index_elements=key, set_=values))
    record(connection, actor, "notice_template", detail={"event": event, "language": language})


def drop_template(connection: Connection, event: str, language: str, *, actor: Actor) -> None:
    """Go back to the product's own words. Raises InvalidInput for an event or language that does not exist."""
    if faults := _faults_of_key(event, language):
        raise InvalidInput(faults)
    of = notice_template.c.event == event, notice_template.c.language == language
    connection.execute(delete(notice_template).where(*of))
    record(connection, actor, "notice_template", detail={"event": event, "language": language, "own": False})


def faults_of_words(where: str, words: str, most: int) -> list[Fault]:
    """What is wrong with a template's words."""
    if not words.strip() or len(words) > most:
        return [Fault(where, "length", said("must be 1 to {most} characters", most=most))]
    try:
        parts = list(string.Formatter().parse(words))
    except ValueError:
        return [Fault(where, "braces", said("has a brace without its other; one that is meant is written twice"))]
    faults = []
    for _, name, form, turned in parts:
        if name is None:
            continue
        if name not in PLACEHOLDERS:
            faults.append(
                Fault(
                    where,
                    "unknown_placeholder",
                    said("{{{name}}} is none of: {list}", name=name, list=", ".join(sorted(PLACEHOLDERS))),
                )
            )
        elif form or turned:
            faults.append(Fault(where, "placeholder_form", said("{{{name}}} takes nothing behind its name", name=name)))
    return faults


def fill(template: Template, values: Mapping[str, str]) -> Words:
    """The words with values in place of the placeholders, a subject in one line."""
    subject = one_line(template.subject.format_map(values))
    return Words(subject[:MOST_SUBJECT] or "·", template.body.format_map(values)[:MOST_FILLED])


def preview(event: str, language: str, *, subject: str, body: str) -> Words:
    """How words would read for an invented matter. Raises InvalidInput as `save_template`."""
    faults = _faults_of_key(event, language)
    faults += faults_of_words("subject", subject, MOST_SUBJECT) + faults_of_words("body", body, MOST_BODY)
    if faults:
        raise InvalidInput(faults)
    return fill(Template(event, language, subject, body), SAMPLE[language])  # type: ignore[arg-type]


def residents_words(words: str | None, most: int = 200) -> str:
    """Masked words of a resident as they may stand in a message: one line, tame, and not longer than this."""
    line = one_line(words or "").translate(_WIDE)
    return line if len(line) <= most else line[: most - 1] + "…"


def one_line(words: str) -> str:
    """Words without breaks, and without signs that cannot be seen."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", words).split())


def _faults_of_key(event: str, language: str) -> list[Fault]:
    faults = []
    if event not in EVENTS:
        faults.append(
            Fault("event", "unknown_event", said("must be one of {list}", list=[Term("told", each) for each in EVENTS]))
        )
    if language not in LANGUAGES:
        faults.append(Fault("language", "unknown_language", said("must be zh or en")))
    return faults
