"""What an export holds: the fields of the imports, read from the database in one order.

Of a grid it is the latest shape, also one that is set for a later day; retired ones are left out. Places are
EPSG:4326. An issue without an external id of its own is named by ours, `dualgrid:17`, so that an import knows it
again. Numbers of persons, names, plates and doors are masked, unless they are asked for in clear.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Float,
    Integer,
    RowMapping,
    Select,
    SmallInteger,
    TableClause,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gis.boundaries.areas import community_id
from gis.exporters import people
from gis.importers.issues import OWN_ID
from gis.security.sealed import ISSUE_ADDRESS, ISSUE_ANSWER, ISSUE_TEXT
from gis.security.vault import Vault, vault_of
from gis.storage.tables import (
    area,
    building,
    compound,
    grid,
    grid_version,
    group_building,
    group_grid,
    issue,
    online_group,
    place,
    worker,
)

_BATCH = 5_000
LIST = "|"
_NUMBERS = {BigInteger: "Int64", Integer: "Int64", SmallInteger: "Int64", Float: "Float64", Boolean: "boolean"}


class Told(Protocol):
    """What a row tells in columns that are not told as they are stored: from others, whose names begin with `_`."""

    def __call__(self, row: RowMapping, vault: Vault, *, clear: bool) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Table:
    """Named columns and their rows, each with its geometry as WKB (None: nowhere) behind the fields.

    `geometry_type` is "" where no row has one. `numbers` are the columns that are not text, as pandas names their
    types: a file's columns are made before its rows are known.
    """

    kind: str
    columns: tuple[str, ...]
    rows: Generator[tuple[Any, ...], None, None]
    geometry_type: str
    numbers: Mapping[str, str] = field(default_factory=dict)


def read_table(
    connection: Connection,
    kind: str,
    *,
    community: str | None = None,
    clear: bool = False,
    narrowed: Sequence[ColumnElement[bool]] = (),
) -> Table:
    """All of one kind, by code or id; of one community, or of all with a column that tells which.

    `clear` shows personal data as it is; `narrowed` are further conditions.

    Raises InvalidInput for a community that does not exist.
    """
    chosen = community_id(connection, community)
    query, geometry_type = _KINDS[kind]()
    query = query.where(*narrowed)
    several = connection.scalar(select(func.count()).where(area.c.level == "community")) or 0
    if chosen is not None:
        query = query.where(area.c.id == chosen)
    elif several > 1:
        query = query.add_columns(area.c.code.label("community"))
    columns = [column["name"] for column in query.column_descriptions]
    names = [name for name in columns if name != "geom" and not name.startswith("_")]
    types = ((column["name"], _NUMBERS.get(type(column["type"]))) for column in query.column_descriptions)
    numbers = {name: number for name, number in types if number and name in names}
    rows = _rows(connection, query, names, _TOLD.get(kind), clear=clear)
    return Table(kind, tuple(names), rows, geometry_type, numbers)


def _rows(
    connection: Connection, query: Select[Any], names: list[str], told: Told | None, *, clear: bool
) -> Generator[tuple[Any, ...], None, None]:
    vault = vault_of(connection)
    with connection.execute(query.execution_options(yield_per=_BATCH)) as result:
        for row in result.mappings():
            zone = ZoneInfo(row["_time_zone"]) if row.get("_time_zone") else None
            values = {**row, **told(row, vault, clear=clear)} if told else row
            yield (*(_plain(values[name], zone) for name in names), row.get("geom"))


def _plain(value: Any, zone: ZoneInfo | None) -> Any:
    """Lists as text, times in the community's zone."""
    if isinstance(value, list):
        return LIST.join(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _boundaries() -> tuple[Select[Any], str]:
    query = (
        select(grid.c.code, grid.c.name, func.ST_AsBinary(grid_version.c.geom).label("geom"))
        .join(grid_version, grid_version.c.grid_id == grid.c.id)
        .join(area, area.c.id == grid.c.community_id)
        .where(grid_version.c.valid_to.is_(None))
        .order_by(area.c.code, grid.c.code)
    )
    return query, "MultiPolygon"


def _buildings() -> tuple[Select[Any], str]:
    query = (
        select(
            building.c.code.label("id"),
            building.c.name,
            building.c.aliases,
            compound.c.name.label("compound"),
            building.c.address,
            building.c.floors,
            building.c.units,
            building.c.built_year,
            func.ST_AsText(building.c.footprint, 17).label("footprint"),
            func.ST_AsBinary(building.c.geom).label("geom"),
        )
        .join(area, area.c.id == building.c.community_id)
        .outerjoin(compound, compound.c.id == building.c.compound_id)
        .order_by(area.c.code, building.c.code)
    )
    return query, "Point"


def _places() -> tuple[Select[Any], str]:
    query = (
        select(
            place.c.code.label("id"),
            place.c.name,
            place.c.aliases,
            place.c.kind,
            compound.c.name.label("compound"),
            func.ST_AsBinary(place.c.geom).label("geom"),
        )
        .join(area, area.c.id == place.c.community_id)
        .outerjoin(compound, compound.c.id == place.c.compound_id)
        .order_by(area.c.code, place.c.code)
    )
    return query, "Point"


def _groups() -> tuple[Select[Any], str]:
    query = (
        select(
            online_group.c.code,
            online_group.c.name,
            _covered(group_grid, group_grid.c.grid_id, grid).label("grid_codes"),
            _covered(group_building, group_building.c.building_id, building).label("building_ids"),
        )
        .join(area, area.c.id == online_group.c.community_id)
        .order_by(area.c.code, online_group.c.code)
    )
    return query, ""


def _covered(cover: TableClause, covered: ColumnElement[Any], thing: TableClause) -> ColumnElement[Any]:
    """The codes of what a group covers without an end, which is what an import compares with."""
    codes = select(func.array_agg(aggregate_order_by(thing.c.code, thing.c.code)))
    lasting = (cover.c.group_id == online_group.c.id, cover.c.valid_to.is_(None))
    return codes.join(cover, covered == thing.c.id).where(*lasting).correlate(online_group).scalar_subquery()


def _issues() -> tuple[Select[Any], str]:
    own_id: ColumnElement[str] = func.concat(OWN_ID, issue.c.id)
    query = (
        select(
            issue.c.id,
            func.coalesce(issue.c.external_id, own_id).label("external_id"),
            issue.c.text,
            issue.c.source,
            issue.c.reported_at,
            issue.c.closed_at,
            literal("wgs84").label("crs"),
            issue.c.address,
            issue.c.line,
            issue.c.topic,
            issue.c.hazard,
            issue.c.status,
            online_group.c.code.label("group"),
            grid.c.code.label("grid_code"),
            worker.c.code.label("worker_id"),
            issue.c.location_method,
            issue.c.urgency,
            issue.c.due_at,
            issue.c.was_late,
            issue.c.first_answered_at,
            issue.c.resolved_at,
            issue.c.answer,
            issue.c.settled_level,
            issue.c.settled_way,
            func.coalesce(area.c.time_zone, "UTC").label("_time_zone"),
            ISSUE_TEXT.sealed.label("_text"),
            ISSUE_ADDRESS.sealed.label("_address"),
            ISSUE_ANSWER.sealed.label("_answer"),
            func.ST_AsBinary(issue.c.geom).label("geom"),
        )
        .outerjoin(area, area.c.id == issue.c.community_id)
        .outerjoin(online_group, online_group.c.id == issue.c.group_id)
        .outerjoin(grid, grid.c.id == issue.c.grid_id)
        .outerjoin(worker, worker.c.id == issue.c.worker_id)
        .order_by(issue.c.id)
    )
    return query, "Point"


def _issue_told(row: RowMapping, vault: Vault, *, clear: bool) -> dict[str, Any]:
    if not clear:
        return {}
    return {
        "text": ISSUE_TEXT.opened(vault, row["text"], row["_text"]),
        "address": ISSUE_ADDRESS.opened(vault, row["address"], row["_address"]),
        "answer": ISSUE_ANSWER.opened(vault, row["answer"], row["_answer"]),
    }


_KINDS: dict[str, Callable[[], tuple[Select[Any], str]]] = {
    "boundaries": _boundaries,
    "buildings": _buildings,
    "places": _places,
    "groups": _groups,
    "households": people.households,
    "workers": people.workers,
    "issues": _issues,
}
_TOLD: dict[str, Told] = {
    "households": people.household_told,
    "workers": people.worker_told,
    "issues": _issue_told,
}
KINDS = tuple(_KINDS)
PERSONAL = tuple(_TOLD)
"""The kinds that hold personal data."""
