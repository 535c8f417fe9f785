"""The network grid as tables: online groups with who serves in them and how alive they are, houses by their cover.

The first columns of a group are the fields of its import. Households are told as `least` allows
(`gis.network.figures.homes_of`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapely import from_geojson, to_wkb

from gis.exporters.tables import LIST, Table
from gis.network.cover import House
from gis.network.figures import homes_of
from gis.network.groups import Group
from gis.storage.tables import ROLES

_GROUP = ("code", "name", "grid_codes", "building_ids", "community", "reaches", "buildings", "households")
_ACTIVITY = ("problems", "matters", "settled", "settled_in_group", "way_known", "answered", "median_answer_minutes")
_NUMBERS = {
    **dict.fromkeys(
        ("buildings", "households", "matters", "settled", "settled_in_group", "way_known", "answered"), "Int64"
    ),
    "median_answer_minutes": "Float64",
}
_HOUSE = ("id", "name", "compound", "address", "community", "grid_code", "groups", "households")


def groups_table(groups: Sequence[Group], *, least: int) -> Table:
    """A group a row, with a column for each role of 三员一长 and figures of twelve weeks."""
    columns = (*_GROUP, *ROLES, *_ACTIVITY, "last_at")
    return Table("groups", columns, ((*_group(each, least), None) for each in groups), "", _NUMBERS)


def houses_table(houses: Sequence[House], *, least: int) -> Table:
    """A house a row, at its place in EPSG:4326, with the groups that cover it."""
    rows = ((*_house(each, least), to_wkb(from_geojson(each.geometry))) for each in houses)
    return Table("houses", _HOUSE, rows, "Point", _NUMBERS)


def _group(group: Group, least: int) -> tuple[Any, ...]:
    active = group.activity
    names = (LIST.join(seat.worker_name for seat in group.seats if seat.role == role) for role in ROLES)
    return (
        group.code,
        group.name,
        LIST.join(group.grid_codes),
        LIST.join(group.building_ids),
        group.community,
        LIST.join(group.reaches),
        len(group.homes),
        homes_of(group.homes, least=least),
        *names,
        LIST.join(group.problems),
        active.matters,
        active.settled,
        active.settled_in_group,
        active.way_known,
        active.answered,
        None if active.median_answer_s is None else round(active.median_answer_s / 60, 1),
        active.last_at.isoformat() if active.last_at else None,
    )


def _house(house: House, least: int) -> tuple[Any, ...]:
    return (
        house.code,
        house.name,
        house.compound,
        house.address,
        house.community,
        house.grid_code,
        LIST.join(house.groups),
        homes_of([house.homes], least=least),
    )
