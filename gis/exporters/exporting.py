"""Exports one kind of data to a file, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import ColumnElement, Connection

from gis.errors import Fault, InvalidInput, said
from gis.exporters.formats import WRITERS
from gis.exporters.tables import Table, read_table

FORMATS = tuple(WRITERS)


def export(
    connection: Connection,
    kind: str,
    path: Path,
    *,
    format: str = "",
    community: str | None = None,
    unmasked_for: str = "",
    narrowed: Sequence[ColumnElement[bool]] = (),
) -> int:
    """Write `kind` (one of `gis.exporters.tables.KINDS`) to `path`; the number of rows.

    Personal data comes masked. `unmasked_for` is the purpose for which it is needed in clear, and makes it so.
    `narrowed` are conditions on the table of that kind. The format is told by the file's name if it is not given. A
    file that is there is replaced when the new one is whole. Raises InvalidInput for an unknown format or community,
    and where a format has no room.
    """
    chosen = format or path.suffix.lower().removeprefix(".")
    if chosen not in WRITERS:
        reason = said("“{name}” does not tell the format; say --format {list}", name=path.name, list="|".join(FORMATS))
        raise InvalidInput([Fault("--format", "unknown_format", reason)])
    if not path.parent.is_dir():
        raise InvalidInput([Fault("--output", "missing", said("there is no folder {parent}", parent=path.parent))])
    table = read_table(connection, kind, community=community, clear=bool(unmasked_for), narrowed=narrowed)
    part = path.with_name(f"{path.name}.part.{chosen}")
    try:
        with closing(table.rows):
            count = WRITERS[chosen](table, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def exported(table: Table, format: str) -> bytes:
    """A table as the file that it would be in a format (one of `FORMATS`). Raises InvalidInput where it has no room."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{table.kind}.{format}"
        WRITERS[format](table, path)
        return path.read_bytes()
