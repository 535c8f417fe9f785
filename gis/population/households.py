"""Households as readers see them: found by grid, building, address, telephone or plate, page by page.

What is returned is in clear: mask it before showing it. Which rows there are is for the policies of the database
to say; a household that they hide does not exist here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, lateral, or_, select, tuple_

from gis.actor import SYSTEM
from gis.boundaries.areas import community_id
from gis.errors import Fault, InvalidInput, NotFound, Term, said
from gis.security.sealed import RESIDENT_PHONE
from gis.security.vault import vault_of
from gis.storage.reading import holds_at
from gis.storage.session import acting
from gis.storage.tables import area, building, compound, grid, grid_version, household, resident, vehicle

_BUILDING_WORDS = "栋幢座号楼"


@dataclass(frozen=True, slots=True)
class Door:
    """A door as words may name it: `502` is a door of that name, or door 2 on floor 5."""

    door: str
    floor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFilter:
    """What a reader has narrowed households to; None means all.

    `community`, `grid` (as its boundary is now) and `building` are codes. `words` have to occur in the building's name,
    alias, compound or address; `number` is its number in the compound, or its code. `doors` are readings of one door,
    any of which counts. `plate` is in plain spelling (`plain_plate`). `neighbours` leaves out buildings with fewer
    households than this.
    """

    community: str | None = None
    grid: str | None = None
    building: str | None = None
    words: tuple[str, ...] = ()
    number: str | None = None
    unit: str | None = None
    floor: int | None = None
    doors: tuple[Door, ...] = ()
    phone: str | None = None
    plate: str | None = None
    neighbours: int = 1


@dataclass(frozen=True, slots=True)
class Car:
    """A vehicle of a household."""

    id: int
    plate: str


@dataclass(frozen=True, slots=True)
class Household:
    """One household, in clear. `building_id` and `grid_code` are codes; the grid is the one that holds it now."""

    id: int
    community: str
    building_id: str
    building_name: str
    grid_code: str | None
    grid_name: str | None
    unit: str
    floor: int
    door: str
    resident_count: int | None
    cars: tuple[Car, ...] = ()


@dataclass(frozen=True, slots=True)
class Housed:
    """How many live in a building, and their vehicles; residents as households declared them."""

    households: int
    residents: int
    vehicles: int


def households(
    connection: Connection, chosen: HouseholdFilter, *, limit: int, after: int | None = None
) -> list[Household]:
    """Households by building, unit, floor and door, at most `limit`, behind the one with the id `after`.

    Raises InvalidInput, with every fault, for a community, grid or building that does not exist.
    """
    key = tuple_(household.c.building_id, household.c.unit, household.c.floor, household.c.door)
    query = _columns().where(*conditions(connection, chosen)).order_by(*key).limit(limit)
    if after is not None:
        place = household.alias("place")
        reached = select(place.c.building_id, place.c.unit, place.c.floor, place.c.door).where(place.c.id == after)
        query = query.where(key > reached.scalar_subquery())
    return _with_cars(connection, query)


def household_in_full(connection: Connection, household_id: int, *, neighbours: int = 1) -> Household:
    """One household. Raises NotFound, also for one that who asks may not see, or in a building with fewer
    households than `neighbours`."""
    found = _with_cars(connection, _columns().where(household.c.id == household_id, *_among(neighbours)))
    if not found:
        raise NotFound(said("There is no household {household_id}.", household_id=household_id))
    return found[0]


def household_of_vehicle(connection: Connection, vehicle_id: int) -> Household:
    """The household that a vehicle belongs to. Raises NotFound, also for one that who asks may not see."""
    found = _with_cars(
        connection, _columns().join(vehicle, vehicle.c.household_id == household.c.id).where(vehicle.c.id == vehicle_id)
    )
    if not found:
        raise NotFound(said("There is no vehicle {vehicle_id}.", vehicle_id=vehicle_id))
    return found[0]


def vehicle_of(connection: Connection, plain_plate: str) -> int | None:
    """The id of the vehicle with a plate in plain spelling; None if there is none that who asks may see."""
    found: int | None = connection.scalar(select(func.min(vehicle.c.id)).where(vehicle.c.plain_plate == plain_plate))
    return found


def counted(connection: Connection, chosen: HouseholdFilter) -> list[Housed]:
    """Who lives in the households that pass a filter, building by building. Raises as `households` does."""
    narrowed = conditions(connection, chosen)
    homes = (
        select(household.c.building_id, func.count(), func.coalesce(func.sum(household.c.resident_count), 0))
        .select_from(_HOMES)
        .where(*narrowed)
        .group_by(household.c.building_id)
    )
    found = connection.execute(homes).all()
    cars = (
        select(household.c.building_id, func.count())
        .select_from(_HOMES.join(vehicle, vehicle.c.household_id == household.c.id))
        .where(*narrowed, household.c.building_id == func.any([row[0] for row in found]))
        .group_by(household.c.building_id)
    )
    # Who sees one household of a building sees all: asked as the service, no car's household is looked up twice.
    with acting(connection, SYSTEM):
        owned: dict[int, int] = dict(connection.execute(cars).all())
    return [Housed(count, int(people), owned.get(id, 0)) for id, count, people in found]


def conditions(connection: Connection, chosen: HouseholdFilter) -> list[ColumnElement[bool]]:
    """A filter as SQL, on `household` joined with its building and compound. Raises as `households` does."""
    faults: list[Fault] = []
    found: list[ColumnElement[bool]] = []
    community = None
    try:
        community = community_id(connection, chosen.community)
    except InvalidInput as error:
        faults.extend(error.faults)
    if community is not None:
        found.append(household.c.community_id == community)
    if chosen.building is not None:
        ids = connection.scalars(_within(select(building.c.id).where(building.c.code == chosen.building), community))
        faults += _missing("building", chosen.building, known := ids.all())
        found.append(household.c.building_id == func.any(list(known)))
    if chosen.grid is not None:
        query = select(grid.c.id).where(grid.c.code == chosen.grid)
        if community is not None:
            query = query.where(grid.c.community_id == community)
        faults += _missing("grid", chosen.grid, known := connection.scalars(query).all())
        found.append(household.c.building_id == func.any(buildings_in(connection, known)))
    if faults:
        raise InvalidInput(faults)
    found += [_named(word) for word in chosen.words]
    if chosen.number is not None:
        numbered = rf"(^|[^0-9A-Za-z]){chosen.number}[{_BUILDING_WORDS}]*$"
        found.append(or_(building.c.name.regexp_match(numbered), building.c.code == chosen.number))
    if chosen.unit is not None:
        found.append(household.c.unit.in_((chosen.unit, "")))
    if chosen.floor is not None:
        found.append(household.c.floor == chosen.floor)
    if chosen.doors:
        found.append(or_(*map(_behind, chosen.doors)))
    found += _among(chosen.neighbours)
    if chosen.phone is not None:
        has_it = RESIDENT_PHONE.equals(vault_of(connection), chosen.phone)
        called = select(resident.c.household_id).where(has_it)
        found.append(household.c.id.in_(called))
    if chosen.plate is not None:
        found.append(household.c.id.in_(select(vehicle.c.household_id).where(vehicle.c.plain_plate == chosen.plate)))
    return found


def buildings_in(connection: Connection, grid_ids: Sequence[int]) -> list[int]:
    """The buildings that lie in any of these grids now, by the one rule for edges."""
    here = _grid_now()
    query = (
        select(building.c.id)
        .select_from(
            building.join(grid_version, building.c.geom.op("&&")(grid_version.c.geom)).join(
                here, here.c.community_id == building.c.community_id
            )
        )
        .where(grid_version.c.grid_id == func.any(list(grid_ids)), holds_at(grid_version, func.now()))
        .where(here.c.grid_id == grid_version.c.grid_id)
    )
    return list(connection.scalars(query))


def _grid_now() -> Any:
    """The grid that holds a building (of the query around it) now: `grids_at`, within its community."""
    at = func.grids_at(building.c.geom, func.now()).table_valued("grid_id", "grid_version_id", "community_id", "code")
    return lateral(
        select(at.c.grid_id, at.c.community_id).where(at.c.community_id == building.c.community_id).limit(1)
    ).alias("here")


_HOMES = (
    household.join(building, building.c.id == household.c.building_id)
    .join(area, area.c.id == household.c.community_id)
    .outerjoin(compound, compound.c.id == building.c.compound_id)
)


def _columns() -> Select[Any]:
    here = _grid_now()
    return select(
        household.c.id,
        area.c.code,
        building.c.code,
        building.c.name,
        grid.c.code,
        grid.c.name,
        household.c.unit,
        household.c.floor,
        household.c.door,
        household.c.resident_count,
    ).select_from(
        _HOMES.outerjoin(here, here.c.community_id == building.c.community_id).outerjoin(
            grid, grid.c.id == here.c.grid_id
        )
    )


def _with_cars(connection: Connection, query: Select[Any]) -> list[Household]:
    rows = connection.execute(query).all()
    cars: dict[int, list[Car]] = defaultdict(list)
    owned = (
        select(vehicle.c.household_id, vehicle.c.id, vehicle.c.plate)
        .where(vehicle.c.household_id == func.any([row[0] for row in rows]))
        .order_by(vehicle.c.id)
    )
    for home, *car in connection.execute(owned) if rows else ():
        cars[home].append(Car(*car))
    return [replace(Household(*row), cars=tuple(cars[row[0]])) for row in rows]


def _named(word: str) -> ColumnElement[bool]:
    return or_(
        building.c.code == word,
        building.c.name.icontains(word, autoescape=True),
        building.c.address.icontains(word, autoescape=True),
        compound.c.name.icontains(word, autoescape=True),
        func.array_to_string(building.c.aliases, " ").icontains(word, autoescape=True),
        func.array_to_string(compound.c.aliases, " ").icontains(word, autoescape=True),
    )


def _behind(door: Door) -> ColumnElement[bool]:
    plain = func.ltrim(func.upper(household.c.door), "0") == door.door
    return plain if door.floor is None else and_(plain, household.c.floor == door.floor)


def _among(neighbours: int) -> list[ColumnElement[bool]]:
    if neighbours <= 1:
        return []
    other = household.alias("other")
    enough = select(other.c.id).where(other.c.building_id == household.c.building_id)
    return [exists(enough.offset(neighbours - 1))]


def _within(query: Select[Any], community: int | None) -> Select[Any]:
    return query if community is None else query.where(building.c.community_id == community)


def _missing(kind: str, code: str, known: Sequence[int]) -> list[Fault]:
    return (
        []
        if known
        else [Fault(kind, f"unknown_{kind}", said("there is no {kind} {code!r}", kind=Term("thing", kind), code=code))]
    )
