"""Households and their people, as far as the one who asks may know them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api.schemas.issues import ReporterOut
from api.schemas.people import (
    HouseholdInFull,
    HouseholdOut,
    HouseholdQuery,
    PeopleCounts,
    ResidentOut,
    ResidentQuery,
    UnmaskedOut,
)
from api.searching import names_a_person, narrowed
from gis.actor import Actor
from gis.issues.words import words_in_clear
from gis.population.households import (
    Household,
    HouseholdFilter,
    counted,
    household_in_full,
    household_of_vehicle,
    vehicle_of,
)
from gis.population.residents import resident_in_full, residents_of
from gis.security.anonymity import published_sum
from gis.security.audit import Subject, phone_marks, record
from gis.security.permissions import demand, may
from gis.security.unmasking import InClear, in_clear
from gis.settings import Settings


def found_by(connection: Connection, asked: HouseholdQuery, actor: Actor, settings: Settings) -> HouseholdFilter:
    """What a reader asks for. Who looks for a telephone number or a plate is on record.

    Raises Denied for a reader who may know numbers but no persons, and asks for more than buildings.
    """
    chosen = narrowed(
        HouseholdFilter(
            community=asked.community,
            grid=asked.grid,
            building=asked.building,
            neighbours=neighbours(actor, settings),
        ),
        asked.q,
    )
    if names_a_person(chosen) or (isinstance(asked, ResidentQuery) and asked.household is not None):
        demand(actor, "read_persons")
    if chosen.phone is not None or chosen.plate is not None:
        demand(actor, "unmask")
        marks = phone_marks(connection, chosen.phone) if chosen.phone else ()
        sought = {"by": "phone" if chosen.phone else "plate", "phones": list(marks)}
        car = vehicle_of(connection, chosen.plate) if chosen.plate else None
        record(connection, actor, "search", subject=Subject("vehicle", car) if car else None, detail=sought)
    return chosen


def neighbours(actor: Actor, settings: Settings) -> int:
    """How many households a building must have at least for a reader to see any of them."""
    return 1 if may(actor, "read_persons") else settings.k_anonymity


def people_counts(connection: Connection, chosen: HouseholdFilter, actor: Actor, settings: Settings) -> PeopleCounts:
    """How many pass a filter: exactly, or as those see it who may know numbers but no persons."""
    buildings = counted(connection, chosen)
    if may(actor, "read_persons"):
        return PeopleCounts(
            households=sum(each.households for each in buildings),
            residents=sum(each.residents for each in buildings),
            vehicles=sum(each.vehicles for each in buildings),
            least=1,
        )
    k = settings.k_anonymity
    return PeopleCounts(
        households=published_sum(((each.households, each.households) for each in buildings), k=k),
        residents=published_sum(((each.residents, each.households) for each in buildings), k=k),
        vehicles=published_sum(((each.vehicles, each.households) for each in buildings), k=k),
        least=k,
    )


def householders(connection: Connection, home: Household, clear: InClear, *, known: bool = True) -> HouseholdInFull:
    """A household with who lives in it."""
    people = residents_of(connection, [home.id]) if known else []
    return HouseholdInFull(
        **HouseholdOut.of(home, clear, known=known).model_dump(),
        residents=[ResidentOut.of(each, clear) for each in people] if known else None,
    )


def seen(connection: Connection, actor: Actor, subject: Subject, issue_id: int, until: datetime) -> UnmaskedOut:
    """A subject that the actor has just been let see, as it is."""
    clear = in_clear(connection, actor)
    out = UnmaskedOut(expires_at=until, issue_id=str(issue_id))
    match subject.kind:
        case "resident":
            out.resident = ResidentOut.of(resident_in_full(connection, subject.id), clear)
        case "household":
            out.household = householders(connection, household_in_full(connection, subject.id), clear)
        case "vehicle":
            home = HouseholdOut.of(household_of_vehicle(connection, subject.id), clear)
            out.vehicle = next(car for car in home.vehicles or () if car.id == str(subject.id))
        case _:
            said = words_in_clear(connection, subject.id, actor)
            assert said is not None
            out.reporter = ReporterOut(name=said.reporter_name, phone=said.reporter_phone)
            out.text, out.address, out.answer = said.text, said.address, said.answer
    return out
