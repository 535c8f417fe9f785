"""Households, residents and unmasking over the wire. Persons are masked unless they are in clear for the reader."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.fields import Code, Id, Limit, Purpose, Query, Request, Words, refused
from api.schemas.issues import BuildingOut, ReporterOut
from gis.errors import said
from gis.population.households import Household
from gis.population.residents import Resident
from gis.security.audit import Subject
from gis.security.masking import MASK, masked_door, masked_name, masked_phone, masked_plate
from gis.security.unmasking import InClear


class HouseholdQuery(Query):
    """Narrows households. `q`: an address (`3栋2单元5楼`), a whole telephone number or a whole number plate."""

    community: Code = None
    grid: Code = None
    building: Code = None
    q: Words | None = Field(None, max_length=200)
    limit: Limit = 100
    after: Id | None = None


class HouseholdPageQuery(HouseholdQuery):
    """The same from a form, which sends every field, chosen or not."""

    model_config = ConfigDict(extra="ignore")


class ResidentQuery(HouseholdQuery):
    """Narrows residents to those of the households that pass, or of one household."""

    household: Id | None = None


class VehicleOut(BaseModel):
    id: str
    plate: str
    unmasked_until: datetime | None


class ResidentOut(BaseModel):
    """One resident. To who may know numbers but no persons, nothing is told but the building: even the first
    character of a name, counted in one building, may tell of a single household."""

    id: str
    name: str
    phone: str | None
    household_id: str | None
    building: BuildingOut
    unit: str | None
    floor: int | None
    unmasked_until: datetime | None

    @classmethod
    def of(cls, resident: Resident, clear: InClear, *, known: bool = True) -> Self:
        until = clear("resident", resident.id) or clear("household", resident.household_id)
        return cls(
            id=str(resident.id),
            name=MASK if not known else resident.name if until else masked_name(resident.name) or "",
            phone=None if not known else resident.phone if until else masked_phone(resident.phone),
            household_id=str(resident.household_id) if known else None,
            building=BuildingOut(id=resident.building_id, name=resident.building_name),
            unit=resident.unit if known else None,
            floor=resident.floor if known else None,
            unmasked_until=until,
        )


class HouseholdOut(BaseModel):
    """One household. `grid` is the code of the grid that holds its building now.

    To who may know numbers but no persons, `resident_count` and `vehicles` are not told.
    """

    id: str
    community: str
    building: BuildingOut
    grid: str | None
    unit: str
    floor: int
    door: str
    resident_count: int | None
    vehicles: list[VehicleOut] | None
    unmasked_until: datetime | None

    @classmethod
    def of(cls, home: Household, clear: InClear, *, known: bool = True) -> Self:
        until = clear("household", home.id)
        cars = [
            VehicleOut(
                id=str(car.id),
                plate=car.plate if (seen := until or clear("vehicle", car.id)) else masked_plate(car.plate) or "",
                unmasked_until=seen,
            )
            for car in home.cars
        ]
        return cls(
            id=str(home.id),
            community=home.community,
            building=BuildingOut(id=home.building_id, name=home.building_name),
            grid=home.grid_code,
            unit=home.unit,
            floor=home.floor,
            door=home.door if until else masked_door(home.door) or "",
            resident_count=home.resident_count if known else None,
            vehicles=cars if known else None,
            unmasked_until=until,
        )


class HouseholdInFull(HouseholdOut):
    """One household with who lives in it."""

    residents: list[ResidentOut] | None


class PeopleCounts(BaseModel):
    """Of all that pass the filters.

    `least` is 1 where they are exact. Otherwise they are sums over buildings, each rounded to a multiple of
    `least`, without buildings that have fewer households.
    """

    households: int
    residents: int
    vehicles: int
    least: int


class HouseholdPage(BaseModel):
    """Households by building, unit and floor; `counts` are told on the first page."""

    numberReturned: int  # noqa: N815 - the name that OGC API Features has for it
    next: str | None
    counts: PeopleCounts | None
    households: list[HouseholdOut]


class ResidentPage(BaseModel):
    numberReturned: int  # noqa: N815
    next: str | None
    residents: list[ResidentOut]


class UnmaskIn(Request):
    """Whom to see in clear, for which matter and what for; without any of the three, the matter's reporter."""

    resident_id: Id | None = None
    household_id: Id | None = None
    vehicle_id: Id | None = None
    issue_id: Id
    purpose: Purpose

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if [self.resident_id, self.household_id, self.vehicle_id].count(None) < 2:
            raise refused("one_subject", said("must name just one of resident_id, household_id and vehicle_id"))
        return self

    @property
    def subject(self) -> Subject:
        """Whom it names."""
        for kind, id in (
            ("resident", self.resident_id),
            ("household", self.household_id),
            ("vehicle", self.vehicle_id),
        ):
            if id is not None:
                return Subject(kind, int(id))
        return Subject("issue", int(self.issue_id))


class UnmaskedOut(BaseModel):
    """What was asked for, in clear, and until when the same account sees it so; the rest is null."""

    expires_at: datetime
    issue_id: str
    household: HouseholdInFull | None = None
    resident: ResidentOut | None = None
    vehicle: VehicleOut | None = None
    reporter: ReporterOut | None = None
    text: str | None = None
    address: str | None = None
    answer: str | None = None
