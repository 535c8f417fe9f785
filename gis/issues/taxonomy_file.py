"""The taxonomy as a file: CSV with the topics in their order, written whole, read and checked whole."""

from __future__ import annotations

import csv
import io
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, said
from gis.files.texts import csv_faults, truth_of
from gis.issues.taxonomy import LONGEST_DESCRIPTION, name_faults, topics
from gis.security import audit
from gis.storage.tables import line, topic

COLUMNS = ("name", "line", "description", "hazard", "event_class", "retired")


def written_taxonomy(connection: Connection) -> str:
    """The topics as CSV, with the code of each one's service in Open311 beside them (`service_code`, not read)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, "service_code"))
    for each in topics(connection):
        flags = ["true" if flag else "false" for flag in (each.hazard, each.retired)]
        row = (each.name, each.line or "", each.description, flags[0], each.event_class or "", flags[1])
        writer.writerow((*row, each.service_code or ""))
    return out.getvalue()


def load_taxonomy(connection: Connection, text: str, actor: Actor) -> int:
    """Create or change the topics that `text` (CSV as `written_taxonomy` writes it) names, and put them in its order.

    Answers how many. Topics that it does not name stay behind them as they are; lines that it names first are made.
    Raises `InvalidInput` with every fault; nothing is changed then.
    """
    with csv_faults():
        rows = _rows(text)
    named = list(dict.fromkeys(row["line"] for row in rows if row["line"]))
    if named:
        values = [{"name": name, "position": 1000 + at} for at, name in enumerate(named)]
        connection.execute(insert(line).on_conflict_do_nothing(), values)
    given = {row["name"] for row in rows}
    others = [each.id for each in topics(connection) if each.name not in given]
    for at, each in enumerate(others, start=len(rows) + 1):
        connection.execute(update(topic).where(topic.c.id == each, topic.c.position != at).values(position=at))
    for at, row in enumerate(rows, start=1):
        put = insert(topic).values(**row, position=at)
        changed = {name: put.excluded[name] for name in (*COLUMNS, "position")}
        connection.execute(put.on_conflict_do_update(index_elements=["name"], set_=changed))
    audit.record(connection, actor, "change_taxonomy", detail={"loaded": len(rows)})
    return len(rows)


def _rows(text: str) -> list[dict[str, Any]]:
    read = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if "name" not in (read.fieldnames or []):
        raise InvalidInput([Fault("row 1", "missing_column", said("there is no column “{name}”", name="name"))])
    faults: list[Fault] = []
    rows: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(read, start=2):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        where = f"row {number}"
        faults += name_faults(cells["name"], f"{where}, name")
        for name in ("line", "event_class"):
            faults += name_faults(cells[name] or "-", f"{where}, {name}")
        if len(cells["description"]) > LONGEST_DESCRIPTION:
            faults.append(
                Fault(
                    f"{where}, description",
                    "too_long",
                    said("must have at most {most:,} characters", most=LONGEST_DESCRIPTION),
                )
            )
        if any("\x00" in cell for cell in cells.values()):
            faults.append(Fault(where, "bad_character", said("holds a NUL, which is no text")))
        flags = {name: truth_of(cells[name]) for name in ("hazard", "retired")}
        faults += [
            Fault(f"{where}, {name}", "not_a_bool", said("“{cell}” is neither true nor false", cell=cells[name]))
            for name, flag in flags.items()
            if flag is None
        ]
        if cells["name"] in rows:
            faults.append(
                Fault(f"{where}, name", "duplicate", said("“{name}” stands in an earlier row too", name=cells["name"]))
            )
        rows[cells["name"]] = cells | {name: cells[name] or None for name in ("line", "event_class")} | flags
    if not rows:
        faults.append(Fault("file", "empty", said("it holds no topics")))
    if faults:
        raise InvalidInput(faults)
    return list(rows.values())
