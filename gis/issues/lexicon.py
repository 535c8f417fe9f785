"""The lexicon as a file that an operator edits: read whole, checked whole, put in place whole.

A topic's line stands in the taxonomy; the file shows it beside each term, and may bring topics that are new.
"""

from __future__ import annotations

import csv
import io

from sqlalchemy import Connection, delete, insert, select

from gis.errors import Fault, InvalidInput, said
from gis.files.texts import csv_faults, truth_of
from gis.storage.tables import lexicon_term, line, topic

COLUMNS = ("term", "topic", "line", "hazard")


def written_lexicon(connection: Connection) -> str:
    """The lexicon as CSV with the columns `term, topic, line, hazard`, in the order in which terms were given."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    query = (
        select(lexicon_term.c.term, lexicon_term.c.topic, topic.c.line, lexicon_term.c.hazard)
        .join(topic, topic.c.name == lexicon_term.c.topic)
        .order_by(lexicon_term.c.id)
    )
    for row in connection.execute(query):
        writer.writerow((row.term, row.topic, row.line or "", "true" if row.hazard else "false"))
    return out.getvalue()


def replace_lexicon(connection: Connection, text: str) -> int:
    """Put the lexicon that `text` (CSV as `written_lexicon` writes it) holds in the place of the old one.

    A topic that the taxonomy lacks is added to it, in the line that its first term names. Answers the number of
    terms. Issues that are already recorded keep their topic. Raises `InvalidInput` with every fault, also for a
    line that does not exist or is not the topic's; nothing is changed then.
    """
    with csv_faults():
        terms = _terms(text)
    new = _new_topics(connection, terms)
    if new:
        connection.execute(insert(topic), [{"name": name, "line": of, "position": 1000} for name, of in new.items()])
    connection.execute(delete(lexicon_term))
    connection.execute(
        insert(lexicon_term), [{name: term[name] for name in ("term", "topic", "hazard")} for term in terms]
    )
    return len(terms)


def _new_topics(connection: Connection, terms: list[dict[str, object]]) -> dict[object, object]:
    """The topics that the taxonomy lacks, with their lines. Raises InvalidInput for lines that cannot be theirs."""
    lines = set(connection.scalars(select(line.c.name)))
    known: dict[object, object] = dict(connection.execute(select(topic.c.name, topic.c.line)).all())
    new: dict[object, object] = {}
    faults: list[Fault] = []
    for number, term in enumerate(terms, start=2):
        name, of = term["topic"], term["line"]
        if of is not None and of not in lines:
            faults.append(Fault(f"row {number}, line", "unknown_line", said("there is no line {name!r}", name=of)))
        elif of is not None and name in known and known[name] != of:
            faults.append(
                Fault(
                    f"row {number}, line",
                    "other_line",
                    said("“{name}” is of the line “{known}”", name=name, known=known[name]),
                )
            )
        if name not in known:
            known[name] = new[name] = of
    if faults:
        raise InvalidInput(faults)
    return new


def _terms(text: str) -> list[dict[str, object]]:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in ("term", "topic") if name not in (rows.fieldnames or [])]
    if missing:
        raise InvalidInput(
            [Fault("row 1", "missing_column", said("there is no column “{name}”", name=name)) for name in missing]
        )
    faults: list[Fault] = []
    terms: dict[str, dict[str, object]] = {}
    for number, row in enumerate(rows, start=2):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        hazard = truth_of(cells["hazard"])
        for name in ("term", "topic"):
            if not 1 <= len(cells[name]) <= 40:
                faults.append(Fault(f"row {number}, {name}", "bad_length", said("must have 1 to 40 characters")))
        if any("\x00" in cell for cell in cells.values()):
            faults.append(Fault(f"row {number}", "bad_character", said("holds a NUL, which is no text")))
        if hazard is None:
            faults.append(
                Fault(
                    f"row {number}, hazard",
                    "not_a_bool",
                    said("“{cell}” is neither true nor false", cell=cells["hazard"]),
                )
            )
        if cells["term"] in terms:
            faults.append(
                Fault(
                    f"row {number}, term",
                    "duplicate",
                    said("“{name}” stands in an earlier row too", name=cells["term"]),
                )
            )
        terms[cells["term"]] = cells | {"line": cells["line"] or None, "hazard": hazard}
    if not terms:
        faults.append(Fault("file", "empty", said("it holds no terms; a lexicon needs at least one")))
    if faults:
        raise InvalidInput(faults)
    return list(terms.values())
