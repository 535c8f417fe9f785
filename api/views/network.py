"""What `/network` shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.networking import least_told, network_filter
from api.schemas.network import NetworkPageQuery, NetworkQuery
from api.views.place import Where, grids_of, ground, shown
from gis.actor import Actor
from gis.network.activity import Activity
from gis.network.cover import House
from gis.network.figures import Figures, figures, homes_of, network
from gis.network.groups import Group
from gis.network.one_group import group_areas
from gis.network.reach import NetworkFilter
from gis.security.permissions import may
from gis.settings import Settings
from gis.storage.tables import ROLES
from maps.filters import Choice
from maps.layers.network import GroupArea, HousePoint
from maps.pages import network as pages
from maps.pages.network import ListedGroup, ListedHouse, NetworkTotals, NetworkView

COVERS = {"uncovered": "none", "shared": "several"}
"""Which houses the page's problems are about."""


def network_view(
    connection: Connection, asked: NetworkPageQuery, place: Where, settings: Settings, *, reader: Actor
) -> NetworkView:
    """The figures of a community's network grid, and the groups or houses that one of them counts."""
    chosen = filter_in(connection, asked, place, settings)
    found = network(connection, chosen)
    least = least_told(reader, settings)
    grids = grids_of(connection, place.one, chosen.at)
    names = {each.code: each.name for each in grids}
    problem = asked.problem or ""
    fitting = [each for each in found.groups if _fits(each, problem, asked.role or "")]
    return NetworkView(
        community=place.code,
        totals=_totals(figures(found, least=least)),
        groups=tuple(listed_group(each, names, least=least) for each in fitting),
        houses=tuple(listed_house(each, least) for each in found.houses if each.cover == COVERS.get(problem)),
        problem=problem,
        role=asked.role or "",
        grid=asked.grid or "",
        grid_choices=tuple(Choice(each.code, each.name) for each in grids),
        day=asked.at,
        counted_to=asked.until,
        since=since_of(chosen, place),
        until=until_of(chosen, place),
        silent_days=chosen.silent_days,
        least=least,
        may_draw=may(reader, "draw_groups"),
        base=ground(connection, place.one, chosen.at),
        grids=shown(grids),
        areas=areas_of(connection, found.groups, chosen, place, marked=fitting if problem or asked.role else ()),
        points=points_of(found.houses),
    )


def fitting_rows(
    connection: Connection, asked: NetworkPageQuery, place: Where, settings: Settings
) -> tuple[list[Group], list[House]]:
    """The groups and the houses that the page would list."""
    found = network(connection, filter_in(connection, asked, place, settings))
    problem = asked.problem or ""
    cover = COVERS.get(problem)
    groups = [each for each in found.groups if _fits(each, problem, asked.role or "")]
    return groups, [each for each in found.houses if cover is None or each.cover == cover]


def filter_in(connection: Connection, asked: NetworkQuery, place: Where, settings: Settings) -> NetworkFilter:
    """As `network_filter`, in the community that the page is about."""
    return network_filter(connection, asked.model_copy(update={"community": place.code or None}), settings)


def listed_group(group: Group, grid_names: Mapping[str, str], *, least: int) -> ListedGroup:
    """A group as a line of the table."""
    holders = {role: tuple(seat.worker_name for seat in group.seats if seat.role == role) for role in ROLES}
    return ListedGroup(
        code=group.code,
        name=group.name,
        href=_href(group),
        ledger=f"/issues?{urlencode({'community': group.community, 'group': group.code})}",
        holders=holders,
        grids=tuple(grid_names.get(code, code) for code in group.reaches),
        buildings=len(group.homes),
        households=homes_of(group.homes, least=least),
        activity=_activity(group.activity),
        problems=group.problems,
    )


def areas_of(
    connection: Connection,
    groups: Sequence[Group],
    chosen: NetworkFilter,
    place: Where,
    *,
    marked: Sequence[Group] = (),
    linked: bool = True,
) -> tuple[GroupArea, ...]:
    """What groups cover, for the map."""
    day = chosen.at.astimezone(ZoneInfo(place.zone)).date()
    shapes = group_areas(connection, [each.id for each in groups], at=chosen.at, day=day)
    return tuple(
        GroupArea(each.code, each.name, json.loads(shapes[each.id]), _href(each) if linked else "", each in marked)
        for each in groups
        if each.id in shapes
    )


def points_of(houses: Sequence[House]) -> tuple[HousePoint, ...]:
    """Houses that no group covers, or several do, for the map."""
    found = []
    for house in houses:
        if house.cover != "one":
            lon, lat = json.loads(house.geometry)["coordinates"]
            found.append(HousePoint(house.name, lon, lat, house.cover))
    return tuple(found)


def until_of(chosen: NetworkFilter, place: Where) -> date:
    """The last day of which matters are counted."""
    return (chosen.until - timedelta(seconds=1)).astimezone(ZoneInfo(place.zone)).date()


def since_of(chosen: NetworkFilter, place: Where) -> date:
    """The first such day."""
    return chosen.active_since.astimezone(ZoneInfo(place.zone)).date()


def _fits(group: Group, problem: str, role: str) -> bool:
    wanted = problem in pages.TITLES and problem and problem not in COVERS
    return (not wanted or problem in group.problems) and (not role or role in group.missing)


def _href(group: Group) -> str:
    return f"/network/{quote(group.code, safe='')}?{urlencode({'community': group.community})}"


def listed_house(house: House, least: int) -> ListedHouse:
    """A house as a line of a list."""
    return ListedHouse(
        code=house.code,
        name=house.name,
        grid_name=house.grid_name or "",
        households=homes_of([house.homes], least=least),
        groups=house.groups,
    )


def _activity(active: Activity) -> pages.Activity:
    return pages.Activity(
        weeks=active.weeks,
        matters=active.matters,
        last_at=active.last_at,
        settled=active.settled,
        settled_in_group=active.settled_in_group,
        way_known=active.way_known,
        answered=active.answered,
        median_minutes=None if active.median_answer_s is None else active.median_answer_s / 60,
        placed=(active.by_message, active.by_group, active.by_hand, active.unplaced),
    )


def _totals(counted: Figures) -> NetworkTotals:
    return NetworkTotals(
        groups=counted.groups,
        missing_role=counted.missing_role,
        missing_by_role=tuple((role, counted.missing_by_role[role]) for role in pages.ROLES),
        silent=counted.silent,
        spanning=counted.spanning,
        no_cover=counted.no_cover,
        buildings=counted.buildings,
        uncovered_buildings=counted.uncovered_buildings,
        shared_buildings=counted.shared_buildings,
        households=counted.households,
        uncovered_households=counted.uncovered_households,
    )
