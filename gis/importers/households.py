"""Imports households and, where the file names them, who lives there and which vehicles they have.

Residents and vehicles of a household are taken as a set: if the file's differs from what is stored, it
replaces it. A household for which the file names none keeps what it has.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from gis.errors import Said, said
from gis.importers.faults import MASKED
from gis.importers.plan import Counts, Draft
from gis.importers.records import Record
from gis.progress import Progress
from gis.security.masking import MASK, masked_id_number, masked_plate, masked_words
from gis.security.numbers import is_id_number, normal_id_number
from gis.security.sealed import RESIDENT_ID_NUMBER, RESIDENT_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import building, household, resident, vehicle

_PHONE = re.compile(r"[+()\d][-+()\d]{4,29}")
_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dXx]")
_LONG_NUMBER = re.compile(r"\d{7}")
_BATCH = 5000

Door = tuple[str, str, int, str]
Person = tuple[str, str | None, str | None]
"""Name, phone and identity number, the last two where they are known."""


@dataclass(frozen=True)
class _Home:
    """One household as given or stored; None is what a file says nothing of."""

    count: int | None
    people: tuple[Person, ...] | None
    plates: tuple[str, ...] | None


@dataclass(frozen=True)
class HouseholdChanges:
    """New households by building id and door, and known ones, by database id, with what changes of them."""

    community_id: int
    new: dict[Door, _Home]
    changed: dict[int, _Home]
    buildings: dict[str, int]
    counts: Counts

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        of = len(self.new) + len(self.changed)
        ids: dict[int, _Home] = dict(self.changed)
        doors = list(self.new)
        for start in range(0, len(doors), _BATCH):
            progress("writing", start, of)
            batch = doors[start : start + _BATCH]
            rows = [self._row(door) for door in batch]
            returning = insert(household).returning(household.c.id, sort_by_parameter_order=True)
            new_ids = connection.scalars(returning, rows).all()
            ids.update(zip(new_ids, (self.new[door] for door in batch), strict=True))
        counts = [{"key": key, "count": home.count} for key, home in self.changed.items() if home.count is not None]
        if counts:
            statement = update(household).where(household.c.id == bindparam("key"))
            connection.execute(statement.values(resident_count=bindparam("count")), counts)
        self._replace_members(connection, ids)
        return []

    def _row(self, door: Door) -> Record:
        building_id, unit, floor, name = door
        place = {"community_id": self.community_id, "building_id": self.buildings[building_id]}
        return place | {"unit": unit, "floor": floor, "door": name} | {"resident_count": self.new[door].count}

    def _replace_members(self, connection: Connection, homes: dict[int, _Home]) -> None:
        repeopled = [key for key in self.changed if self.changed[key].people is not None]
        remotored = [key for key in self.changed if self.changed[key].plates is not None]
        connection.execute(delete(resident).where(resident.c.household_id == func.any(repeopled)))
        connection.execute(delete(vehicle).where(vehicle.c.household_id == func.any(remotored)))
        vault = vault_of(connection)
        people = [
            {
                "household_id": key,
                "name": name,
                **RESIDENT_PHONE.values(vault, phone),
                **RESIDENT_ID_NUMBER.values(vault, id_number),
            }
            for key, home in homes.items()
            for name, phone, id_number in home.people or ()
        ]
        plates = [{"household_id": key, "plate": plate} for key, home in homes.items() for plate in home.plates or ()]
        if people:
            connection.execute(insert(resident), people)
        if plates:
            connection.execute(insert(vehicle), plates)


def check_households(draft: Draft) -> HouseholdChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    rows = draft.rows
    query = select(building.c.code, building.c.id).where(building.c.community_id == draft.community.id)
    buildings = dict(draft.connection.execute(query).all())
    draft.faults.unknown(rows["building_id"], buildings, "building", field="building_id")
    rows["unit"] = draft.column("unit").fillna("")
    complete = rows[["building_id", "floor", "door"]].notna().all(axis=1)
    keys = rows.loc[complete, ["building_id", "unit", "floor", "door"]]
    doors = pd.Series(list(keys.itertuples(index=False, name=None)), index=keys.index, dtype=object)
    draft.faults.duplicates(doors, "door of the same building")
    masked = rows["door"].dropna()
    draft.faults.rows(masked[masked.str.contains(MASK, regex=False)], "masked", MASKED, field="door")
    homes = _homes(draft)
    _check_plates(draft, homes, doors)

    stored = _stored(draft.connection, draft.community.id)
    new: dict[Door, _Home] = {}
    changed: dict[int, _Home] = {}
    unchanged = 0
    bad = set(draft.faults.bad_rows)
    for number, door in doors.items():
        if number in bad:
            continue
        if door not in stored:
            new[door] = homes[int(str(number))]
            continue
        key, old = stored[door]
        change = _change(old, homes[int(str(number))])
        if change == _Home(None, None, None):
            unchanged += 1
        else:
            changed[key] = change
    return HouseholdChanges(draft.community.id or 0, new, changed, buildings, Counts(len(new), len(changed), unchanged))


def _homes(draft: Draft) -> dict[int, _Home]:
    homes = {}
    columns = (draft.rows.index, draft.column("residents"), draft.column("vehicles"))
    for number, written, plates in zip(*columns, strict=True):
        count, people = _residents(written or "")
        if count is not None and count > 999:
            draft.faults.row(
                number, "out_of_range", said("{count} residents in one household", count=count), field="residents"
            )
        for code, reason in dict.fromkeys(wrong for person in people or () for wrong in _wrong_with(person)):
            draft.faults.row(number, code, reason, field="residents")
        if any(MASK in plate for plate in plates or ()):
            draft.faults.row(number, "masked", MASKED, field="vehicles")
        homes[number] = _Home(count, people, tuple(plate.upper() for plate in plates) if plates else None)
    return homes


def _residents(written: str) -> tuple[int | None, tuple[Person, ...] | None]:
    """How many, and who if they are named: `3`, or `张三 13800000000 500119199001011233|李四`."""
    if not written:
        return None, None
    if written.isdecimal() and len(written) <= 4:
        return int(written), None
    people: list[Person] = []
    for part in filter(None, (part.strip() for part in written.split("|"))):
        name, id_number = _without_last(part, _ID_NUMBER)
        name, phone = _without_last(name, _PHONE)
        people.append((name, phone, normal_id_number(id_number) if id_number else None))
    return len(people), tuple(people)


def _without_last(words: str, pattern: re.Pattern[str]) -> tuple[str, str | None]:
    """The words before the last one, and that one, if it is of this pattern and not all there is."""
    before, _, last = words.rpartition(" ")
    return (before.strip(), last) if before.strip() and pattern.fullmatch(last) else (words, None)


def _wrong_with(person: Person) -> Iterator[tuple[str, Said]]:
    """What is wrong with one resident, as the fault's code and reason."""
    name, _, id_number = person
    if len(name) > 200:
        yield "too_long", said("a name is longer than 200 characters")
    if MASK in name:
        yield "masked", MASKED
    elif masked_words(name) != name or _LONG_NUMBER.search(name):
        yield (
            "number_in_name",
            said("a name holds a number: write it behind the name, as one word after a space"),
        )
    if id_number is not None and not is_id_number(id_number):
        yield (
            "bad_id_number",
            said("the identity number {masked} has a wrong check digit", masked=masked_id_number(id_number)),
        )


def _check_plates(draft: Draft, homes: dict[int, _Home], doors: pd.Series) -> None:
    """A plate belongs to one household: in the file, and among those that the file does not change."""
    first: dict[str, int] = {}
    for number, home in homes.items():
        for plate in home.plates or ():
            if first.setdefault(plate, number) != number:
                reason = said(
                    "{masked_plate} is also in {unit} {first}",
                    masked_plate=masked_plate(plate),
                    unit=draft.source.unit,
                    first=first[plate],
                )
                draft.faults.row(number, "duplicate_plate", reason, field="vehicles")
    if not first:
        return
    rewritten = {door for number, door in doors.items() if homes[int(str(number))].plates is not None}
    query = (
        select(vehicle.c.plate, building.c.code, household.c.unit, household.c.floor, household.c.door)
        .join(household, household.c.id == vehicle.c.household_id)
        .join(building, building.c.id == household.c.building_id)
        .where(vehicle.c.plate == func.any(list(first)))
    )
    for plate, *door in draft.connection.execute(query):
        if tuple(door) not in rewritten:
            reason = said("{masked_plate} belongs to another household already", masked_plate=masked_plate(plate))
            draft.faults.row(first[plate], "duplicate_plate", reason, field="vehicles")


def _change(old: _Home, given: _Home) -> _Home:
    """What of `given` differs from what is stored; None where nothing does, or nothing is given."""
    count = given.count if given.count != old.count else None
    people = given.people if given.people is not None and Counter(given.people) != Counter(old.people) else None
    plates = given.plates if given.plates is not None and set(given.plates) != set(old.plates or ()) else None
    return _Home(count, people, plates)


def _stored(connection: Connection, community_id: int | None) -> dict[Door, tuple[int, _Home]]:
    ours = building.c.community_id == community_id
    in_building = household.join(building, building.c.id == household.c.building_id)
    people: dict[int, list[Person]] = defaultdict(list)
    vault = vault_of(connection)
    columns = (resident.c.household_id, resident.c.name, RESIDENT_PHONE.sealed, RESIDENT_ID_NUMBER.sealed)
    query = select(*columns).select_from(resident.join(in_building)).where(ours)
    for key, name, phone, id_number in connection.execute(query):
        opened = RESIDENT_PHONE.open(vault, phone), RESIDENT_ID_NUMBER.open(vault, id_number)
        people[key].append((name, *opened))
    plates: dict[int, list[str]] = defaultdict(list)
    cars = select(vehicle.c.household_id, vehicle.c.plate).select_from(vehicle.join(in_building)).where(ours)
    for key, plate in connection.execute(cars):
        plates[key].append(plate)
    door = (building.c.code, household.c.unit, household.c.floor, household.c.door)
    homes = select(household.c.id, household.c.resident_count, *door).select_from(in_building).where(ours)
    return {
        tuple(row[2:]): (row.id, _Home(row.resident_count, tuple(people[row.id]), tuple(plates[row.id])))
        for row in connection.execute(homes)
    }
