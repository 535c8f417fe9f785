"""The lexicon as a file that an operator edits: read whole, checked whole, put in place whole."""

from __future__ import annotations

import csv
import io

from sqlalchemy import Connection, delete, insert, select

from gis.errors import Fault, InvalidInput
from gis.files.texts import csv_faults
from gis.storage.tables import lexicon_term

COLUMNS = ("term", "topic", "line", "hazard")
_YES = {
    "true": True,
    "1": True,
    "是": True,
    "yes": True,
    "false": False,
    "0": False,
    "否": False,
    "no": False,
    "": False,
}


def written_lexicon(connection: Connection) -> str:
    """The lexicon as CSV with the columns `term, topic, line, hazard`, in the order in which terms were given."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    query = select(*(lexicon_term.c[name] for name in COLUMNS)).order_by(lexicon_term.c.id)
    for term, topic, line, hazard in connection.execute(query):
        writer.writerow((term, topic, line or "", "true" if hazard else "false"))
    return out.getvalue()


def replace_lexicon(connection: Connection, text: str) -> int:
    """Put the lexicon that `text` (CSV as `written_lexicon` writes it) holds in the place of the old one.

    Answers the number of terms. Issues that are already recorded keep their topic. Raises `InvalidInput` with
    every fault; nothing is changed then.
    """
    with csv_faults():
        terms = _terms(text)
    connection.execute(delete(lexicon_term))
    connection.execute(insert(lexicon_term), terms)
    return len(terms)


def _terms(text: str) -> list[dict[str, object]]:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in ("term", "topic") if name not in (rows.fieldnames or [])]
    if missing:
        raise InvalidInput([Fault("row 1", "missing_column", f"there is no column “{name}”") for name in missing])
    faults: list[Fault] = []
    terms: dict[str, dict[str, object]] = {}
    for number, row in enumerate(rows, start=2):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        hazard = _YES.get(cells["hazard"].lower())
        for name in ("term", "topic"):
            if not 1 <= len(cells[name]) <= 40:
                faults.append(Fault(f"row {number}, {name}", "bad_length", "must have 1 to 40 characters"))
        if any("\x00" in cell for cell in cells.values()):
            faults.append(Fault(f"row {number}", "bad_character", "holds a NUL, which is no text"))
        if hazard is None:
            faults.append(
                Fault(f"row {number}, hazard", "not_a_bool", f"“{cells['hazard']}” is neither true nor false")
            )
        if cells["term"] in terms:
            faults.append(Fault(f"row {number}, term", "duplicate", f"“{cells['term']}” stands in an earlier row too"))
        terms[cells["term"]] = cells | {"line": cells["line"] or None, "hazard": hazard}
    if not terms:
        faults.append(Fault("file", "empty", "it holds no terms; a lexicon needs at least one"))
    if faults:
        raise InvalidInput(faults)
    return list(terms.values())
