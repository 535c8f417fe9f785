"""What `/households` and `/households/{id}` show."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Connection

from api.schemas.people import HouseholdOut, HouseholdQuery
from api.views.lists import listed
from api.views.people import found_by, householders, neighbours, people_counts
from api.views.place import Where, grids_of
from gis.actor import Actor
from gis.errors import NotFound
from gis.issues.filters import IssueFilter
from gis.issues.query import issues
from gis.population.households import Household, household_in_full, households
from gis.population.move_requests import move_requests
from gis.security.permissions import grants, may
from gis.security.unmasking import in_clear
from gis.settings import Settings
from maps.filters import Choice
from maps.pages.households import CarToMove, Home, House, HouseholdsView, HouseholdView, OpenMatter, Person

A_PAGE = 60
MOST_MATTERS = 30


def households_view(
    connection: Connection, asked: HouseholdQuery, place: Where, settings: Settings, *, reader: Actor
) -> HouseholdsView:
    """One page of the households that fit, by building, and the cars that the reader is to have moved."""
    after = int(asked.after) if asked.after else None
    chosen = found_by(connection, asked, reader, settings)
    found = households(connection, chosen, limit=A_PAGE + 1, after=after)
    counts = people_counts(connection, chosen, reader, settings) if after is None else None
    clear, known = in_clear(connection, reader), may(reader, "read_persons")
    shown = found[:A_PAGE]
    houses = []
    for name, homes in groupby(shown, key=lambda each: (each.building_name, each.grid_name)):
        masked = (_home(HouseholdOut.of(each, clear, known=known)) for each in homes)
        houses.append(House(name[0], name[1] or "", tuple(masked)))
    own = {each.code for each in grants(connection, reader) if each.where == "grid"}
    grids = [each for each in grids_of(connection, place.one, datetime.now(UTC)) if not own or each.code in own]
    return HouseholdsView(
        community=place.code,
        households=counts.households if counts else None,
        residents=counts.residents if counts else 0,
        least=counts.least if counts else 1,
        houses=tuple(houses),
        grids=tuple(Choice(each.code, each.name) for each in grids),
        words=asked.q or "",
        grid=asked.grid or "",
        after=str(shown[-1].id) if len(found) > A_PAGE else "",
        known=known,
        cars=_cars(connection, reader),
    )


def household_view(
    connection: Connection, household_id: int, settings: Settings, *, reader: Actor
) -> tuple[Household, HouseholdView]:
    """One household, and the open matters for which it may be seen in clear."""
    found = household_in_full(connection, household_id, neighbours=neighbours(reader, settings))
    known = may(reader, "read_persons")
    told = householders(connection, found, in_clear(connection, reader), known=known)
    return found, HouseholdView(
        id=told.id,
        house=found.building_name,
        grid_name=found.grid_name or "",
        home=_home(told),
        people=tuple(Person(each.name, each.phone or "", each.unmasked_until) for each in told.residents or ()),
        matters=_matters(connection, found) if may(reader, "unmask") else (),
        known=known,
        may_unmask=may(reader, "unmask"),
        minutes=settings.unmask_minutes,
    )


def _home(told: HouseholdOut) -> Home:
    return Home(
        id=told.id,
        unit=told.unit,
        floor=told.floor,
        door=told.door,
        residents=told.resident_count,
        plates=tuple(each.plate for each in told.vehicles or ()),
        until=told.unmasked_until,
    )


def _matters(connection: Connection, home: Household) -> tuple[OpenMatter, ...]:
    """Open matters of the household's grid, latest first, those of its own house before the others."""
    if home.grid_code is None:
        return ()
    chosen = IssueFilter(community=home.community, grid=home.grid_code, status="open")
    found, _ = issues(connection, chosen, limit=MOST_MATTERS)
    found.sort(key=lambda each: each.building_id != home.building_id)
    return tuple(OpenMatter(str(each.id), listed(each).excerpt[:40]) for each in found)


def _cars(connection: Connection, reader: Actor) -> tuple[CarToMove, ...]:
    """Requests that wait for the reader to say what the owner of the car answered."""
    if not may(reader, "answer_move"):
        return ()
    found = []
    for asked in move_requests(connection, limit=A_PAGE):
        if asked.household_id is None or asked.answer is not None:
            continue
        try:
            home = household_in_full(connection, asked.household_id)
        except NotFound:  # the reader's own request, to another's grid
            continue
        where = f"{home.building_name} {home.unit}-{home.floor}"
        found.append(CarToMove(str(asked.id), asked.plate, asked.message, asked.created_at, str(home.id), where))
    return tuple(found)
