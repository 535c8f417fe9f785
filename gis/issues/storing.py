"""Writing issues: any number of rows in two statements, the issues and the event that each begins with.

The rows go to the database as one text of JSON, whose types are then those of the table's own columns.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gis.actor import Actor

_POINT = struct.Struct("<BIdd")
_WKB_LITTLE_ENDIAN, _WKB_POINT = 1, 1

_ADD = """
    WITH given AS MATERIALIZED (
        SELECT row_number() OVER () AS place, nextval(pg_get_serial_sequence('dualgrid.issue', 'id')) AS number, *
        FROM json_populate_recordset(NULL::dualgrid.issue, CAST(:rows AS json))
    ), stored AS (
        INSERT INTO issue (id, {names}) SELECT number, {names} FROM given {taken} RETURNING id
    )
    SELECT stored.id FROM given LEFT JOIN stored ON stored.id = number ORDER BY place
"""
# The issues are not read again: among many, a plan that was made while there were few compares each with each.
_ADD_EVENTS = text(
    """
    INSERT INTO issue_event (issue_id, actor, kind, detail)
    SELECT id, :actor, 'reported', jsonb_build_object('method', method)
    FROM unnest(CAST(:ids AS bigint[]), CAST(:methods AS text[])) AS stored (id, method) ORDER BY id
    """
)


def store(
    connection: Connection, rows: Sequence[dict[str, Any]], actor: Actor, *, skip_taken: bool = False
) -> list[int | None]:
    """Store issues, each with the event that it was reported; their ids, in order.

    All rows have the same columns, `location_method` among them. A row waits for a transaction that has stored its
    origin and not committed; an origin that is taken is refused by the database, or is None among the ids with
    `skip_taken`.
    """
    if not rows:
        return []
    taken = "ON CONFLICT DO NOTHING" if skip_taken else ""
    added = text(_ADD.format(names=", ".join(rows[0]), taken=taken))  # names of columns, all ours
    ids = connection.scalars(added, {"rows": _json(rows)}).all()
    stored = [(id, row["location_method"]) for id, row in zip(ids, rows, strict=True) if id is not None]
    by_column = {"ids": [id for id, _ in stored], "methods": [method for _, method in stored]}
    connection.execute(_ADD_EVENTS, {"actor": actor.name, **by_column})
    return list(ids)


def wkb_point(lon: float | None, lat: float | None) -> str | None:
    """A point as hexadecimal WKB, which names no SRID: it takes that of its column. None without coordinates."""
    if lon is None or lat is None:
        return None
    return _POINT.pack(_WKB_LITTLE_ENDIAN, _WKB_POINT, lon, lat).hex()


def _as_postgresql_reads_it(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    raise TypeError(f"no column holds a {type(value).__name__}")


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_as_postgresql_reads_it).encode
