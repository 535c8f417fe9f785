"""The view of a map as it is taken along."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator
from sqlalchemy import Connection

from api.networking import least_told
from api.schemas.fields import BBox, box_of, none_if_blank
from api.schemas.hotspots import HotspotsQuery
from api.views.cells import rated, summed
from api.views.filtering import filters_of, issue_filter
from api.views.hotspot_findings import findings_view
from api.views.hotspots import Findings
from api.views.lists import listed
from api.views.place import Where, grids_of, ground, shown
from gis.actor import Actor
from gis.errors import Fault, InvalidInput, said
from gis.issues.filters import IssueFilter
from gis.issues.query import issues
from gis.issues.summary import Summary, summary
from gis.settings import Settings
from maps.pages.carried import Carried
from maps.sheets.hotspots import Hotspots
from maps.sheets.surface import Density
from maps.sheets.taken import Taken, Tally

MOST_MATTERS = 500
"""A file lists the latest so many, and says of how many."""


class ViewQuery(HotspotsQuery):
    """A map's view: its filters, its layer with how it is made, and its ground as `west,south,east,north`."""

    layer: Literal["density", "grids", "hotspots"] = "density"
    extent: Annotated[BBox | None, BeforeValidator(none_if_blank)] = None


class SheetQuery(ViewQuery):
    """A view on paper."""

    format: Literal["pdf", "png"] = "pdf"
    paper: Literal["a4", "a3"] = "a4"
    orientation: Literal["landscape", "portrait"] = "landscape"


def taken_view(
    connection: Connection,
    asked: ViewQuery,
    place: Where,
    settings: Settings,
    found: Findings | None,
    *,
    at: datetime,
    reader: Actor,
) -> Taken:
    """What is in view, for a reader; `found` is what the layer of hotspots shows.

    Raises InvalidInput where there is no map, or a filter names what is not there.
    """
    chosen = issue_filter(connection, filters_of(asked, place), place, reader)
    counted = summary(connection, chosen)
    return _taken(connection, asked, place, settings, found, chosen, counted, at=at, reader=reader)


def carried_view(
    connection: Connection,
    asked: ViewQuery,
    place: Where,
    settings: Settings,
    found: Findings | None,
    *,
    at: datetime,
    reader: Actor,
) -> Carried:
    """The same, with what stands beside the map. Raises InvalidInput as `taken_view` does."""
    chosen = issue_filter(connection, filters_of(asked, place), place, reader)
    counted = summary(connection, chosen)
    taken = _taken(connection, asked, place, settings, found, chosen, counted, at=at, reader=reader)
    latest, _ = issues(connection, chosen, limit=MOST_MATTERS)
    topics = sorted(counted.by_topic.items(), key=lambda item: (-item[1].issues, item[0]))
    return Carried(
        taken=taken,
        by_topic=[(topic, count.issues) for topic, count in topics],
        matters=[(each.grid_code or "", listed(each)) for each in latest],
    )


def _taken(
    connection: Connection,
    asked: ViewQuery,
    place: Where,
    settings: Settings,
    found: Findings | None,
    chosen: IssueFilter,
    counted: Summary,
    *,
    at: datetime,
    reader: Actor,
) -> Taken:
    filters = filters_of(asked, place)
    base = ground(connection, place.one, at)
    grids = shown(grids_of(connection, place.one, at, most_shapes=None), counted.by_grid)
    view = Taken(
        filters=filters,
        layer=asked.layer,
        grids=grids,
        base=base,
        density=Density(),
        tally=Tally(
            matters=counted.total.issues,
            settled=counted.total.settled,
            open=counted.total.open,
            hazards=counted.total.hazards,
            located=counted.total.with_point,
        ),
        made_by=reader.name,
        made_at=at,
        extent=box_of(asked.extent) if asked.extent else None,
        since=counted.since,
        until=counted.until,
    )
    if view.whole is None:
        raise InvalidInput(
            [Fault("community", "no_boundaries", said("has no boundaries yet, so there is no map of it"))]
        )
    if found is not None:
        told = findings_view(connection, found, asked, place, outdated=False, reader=reader)
        return view.with_hotspots(Hotspots(json.loads(f"{{{found.body}}}"), told))
    if asked.layer != "density":
        return view
    if filters.per and place.one is not None:
        k = least_told(reader, settings)
        return view.with_density(rated(connection, chosen, view.whole, community_id=place.one.id, k=k))
    return view.with_density(summed(connection, chosen, view.whole))
