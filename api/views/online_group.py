"""What `/network/{group}` shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from api.networking import least_told
from api.schemas.network import NetworkPageQuery
from api.views.lists import listed
from api.views.network import areas_of, filter_in, listed_group, listed_house, points_of, since_of, until_of
from api.views.place import Where, grids_of, ground, shown
from gis.actor import Actor
from gis.importers.options import SINCE_EVER
from gis.issues.filters import IssueFilter
from gis.issues.query import issues
from gis.network.groups import Seat
from gis.network.one_group import DatedCover, group_in_full
from gis.population.buildings import buildings
from gis.security.permissions import may
from gis.settings import Settings
from gis.workforce.workers import workers
from maps.filters import Choice
from maps.pages.online_group import Change, Dated, GroupView

RECENT = 8
MOST_OFFERED, MOST_CHANGES = 2000, 40


def group_view(
    connection: Connection, code: str, asked: NetworkPageQuery, place: Where, settings: Settings, *, reader: Actor
) -> GroupView:
    """One group of a community. Raises NotFound, also for one that the reader may not see."""
    chosen = filter_in(connection, asked, place, settings)
    full = group_in_full(connection, code, chosen)
    grids = grids_of(connection, place.one, chosen.at)
    least, draws, appoints = least_told(reader, settings), may(reader, "draw_groups"), may(reader, "appoint")
    seats = tuple(_seat(each, full.today) for each in full.seats)
    covers = tuple(_cover(each, full.today) for each in full.covers)
    recent, _ = issues(connection, IssueFilter(community=full.group.community, group=code), limit=RECENT)
    houses = buildings(connection, limit=MOST_OFFERED, community=full.group.community) if draws else []
    people = workers(connection, day=full.today, community=full.group.community) if appoints else []
    return GroupView(
        group=listed_group(full.group, {each.code: each.name for each in grids}, least=least),
        today=full.today,
        since=since_of(chosen, place),
        until=until_of(chosen, place),
        community=full.group.community,
        least=least,
        seats=seats,
        covers=covers,
        history=_history([*seats, *covers]),
        houses=tuple(listed_house(each, least) for each in full.network.houses),
        matters=tuple(map(listed, recent)),
        grid_choices=tuple(Choice(each.code, each.name) for each in grids),
        house_choices=tuple(Choice(each.code, each.name) for each in houses),
        worker_choices=tuple(Choice(each.code, each.name) for each in people),
        may_draw=draws,
        may_appoint=appoints,
        base=ground(connection, place.one, chosen.at),
        grids=shown(grids),
        areas=areas_of(connection, [full.group], chosen, place, marked=[full.group], linked=False),
        points=points_of(full.network.houses),
    )


def _cover(cover: DatedCover, today: date) -> Dated:
    return _dated(cover.kind, cover.code, cover.name, cover.valid_from, cover.valid_to, today)


def _seat(seat: Seat, today: date) -> Dated:
    code, name = seat.worker_code, seat.worker_name
    return _dated(seat.role, code, name, seat.valid_from, seat.valid_to, today, stand_in=seat.stand_in)


def _dated(
    kind: str, code: str, name: str, since: date, until: date | None, today: date, *, stand_in: bool = False
) -> Dated:
    state = "future" if since > today else "past" if until is not None and until <= today else "present"
    undo = "end" if until is not None and until >= today else "begin" if since >= today else ""
    return Dated(kind, code, name, None if since == SINCE_EVER else since, until, state, undo, stand_in)


def _history(dated: Iterable[Dated]) -> tuple[Change, ...]:
    """What began and ended, latest first, but not what has always been."""
    found = []
    for each in dated:
        if each.valid_from is not None:
            found.append(Change(each.valid_from, True, each))
        if each.valid_to is not None:
            found.append(Change(each.valid_to, False, each))
    return tuple(sorted(found, key=lambda change: change.day, reverse=True)[:MOST_CHANGES])
