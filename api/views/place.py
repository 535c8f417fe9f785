"""The community that a page is about, its ground and its grids."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gis.boundaries.areas import DEFAULT_TIME_ZONE, Community, communities
from gis.boundaries.grids import Grid, grids, how_many_grids
from gis.boundaries.ground import demonstration_ground, outline
from gis.errors import Fault, InvalidInput, said
from gis.issues.summary import Count
from gis.population.basemap import building_shapes
from gis.settings import Settings
from maps.layers.base import BaseMap, Bounds, bounds_of
from maps.layers.grids import Grid as ShownGrid

MOST_SHAPES = 2_000
"""More grids than this come to a map as tiles: at 40 corners each they would be megabytes of page."""


@dataclass(frozen=True, slots=True)
class Where:
    """All communities, and the one that is looked at: None while the service holds none."""

    all: Sequence[Community]
    one: Community | None

    @property
    def code(self) -> str:
        return self.one.code if self.one else ""

    @property
    def zone(self) -> str:
        return self.one.time_zone if self.one else DEFAULT_TIME_ZONE


def where(connection: Connection, asked: str | None, settings: Settings) -> Where:
    """The community that was asked for, else the operator's, else the first. Raises InvalidInput."""
    known = communities(connection)
    if asked and asked not in {each.code for each in known}:
        raise InvalidInput(
            [Fault("community", "unknown_community", said("there is no community {code!r}", code=asked))]
        )
    preferred = [each for each in known if each.code in (asked, settings.community)]
    preferred.sort(key=lambda each: each.code != asked)
    return Where(known, next(iter([*preferred, *known]), None))


def ground(connection: Connection, community: Community | None, at: datetime) -> BaseMap:
    """The base map of a community."""
    if community is None:
        return BaseMap()
    return BaseMap(
        outline=outline(connection, community.id, at=at),
        buildings=building_shapes(connection, community.id),
        streets=demonstration_ground("streets") if community.synthetic else None,
        places=demonstration_ground("places") if community.synthetic else None,
    )


def grids_of(
    connection: Connection, community: Community | None, at: datetime, *, most_shapes: int | None = MOST_SHAPES
) -> list[Grid]:
    """The grids of a community in force at a moment, with their shapes unless these are more than a page takes."""
    if community is None:
        return []
    few = most_shapes is None or how_many_grids(connection, community.id, at=at) <= most_shapes
    return grids(connection, at=at, community=community.code, shapes=few)


def extent(connection: Connection, community: Community | None, at: datetime) -> Bounds | None:
    """West, south, east and north of a community's grids; None without grids."""
    return bounds_of(outline(connection, community.id, at=at)) if community else None


def shown(found: Sequence[Grid], counts: Mapping[int | None, Count] | None = None) -> tuple[ShownGrid, ...]:
    """Grids as maps show them, each with what was counted in it."""
    none = Count()
    made = []
    for each in found:
        count = (counts or {}).get(each.id, none)
        made.append(
            ShownGrid(
                code=each.code,
                name=each.name,
                geometry=json.loads(each.geometry) if each.geometry else {},
                worker=each.responsible.post.worker_name if each.responsible else "",
                matters=count.issues,
                open=count.open,
                hazards=count.hazards,
            )
        )
    return tuple(made)
