"""Locating over the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.fields import Code, DayOrMoment, Query, Text
from api.schemas.issues import BuildingOut, GridOut, LocationOut, WorkerOut
from api.schemas.places import worker_of
from gis.crs import Datum
from gis.geolocation.address.parts import Kind, Part
from gis.geolocation.decide import Decision
from gis.geolocation.gazetteer import Place
from gis.geolocation.matching.confidence import Verdict
from gis.geolocation.texts import Candidate, LocatedText


class LocateQuery(Query):
    """What is known of a place: coordinates, words, or codes, as in a report. `at`: now if left out."""

    lon: float | None = None
    lat: float | None = None
    crs: Datum = "wgs84"
    accuracy_m: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    text: Text | None = None
    address: Code = None
    building_id: Code = None
    group: Code = None
    community: Code = None
    at: DayOrMoment | None = None

    @property
    def is_point_now(self) -> bool:
        """Whether it is a point, and nothing else, that is asked for, as things are now."""
        return {"lon", "lat"} <= self.model_fields_set <= {"lon", "lat", "crs", "accuracy_m", "community"}


class LocatedOut(BaseModel):
    """Where something is, and who answers for it; `receipt` says how that was decided."""

    location: LocationOut
    grid: GridOut | None
    worker: WorkerOut | None
    building: BuildingOut | None
    place: PlaceOut | None
    community: str | None
    receipt: dict[str, Any]

    @classmethod
    def of(cls, decision: Decision) -> Self:
        return cls.model_validate(located(decision))


def located(decision: Decision) -> dict[str, Any]:
    """What a `LocatedOut` says, to be sent as it stands: building and checking the models takes longer than that."""
    grid, building, place = decision.grid, decision.building, decision.place
    return {
        "location": {
            "lon": decision.lon,
            "lat": decision.lat,
            "method": decision.method,
            "accuracy_m": decision.accuracy_m,
            "confidence": decision.confidence,
        },
        "grid": {"code": grid.code, "name": grid.name} if grid else None,
        "worker": worker_of(decision.assignment),
        "building": {"id": building.code, "name": building.name} if building else None,
        "place": {"code": place.code, "name": place.name} if place else None,
        "community": decision.community.code if decision.community else None,
        "receipt": decision.receipt,
    }


class PlaceOut(BaseModel):
    """A known place that is no building: a gate, a kindergarten, a square."""

    code: str
    name: str


class PartOut(BaseModel):
    """A part of an address: from `start` to before `end` in the text as it was sent."""

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    value: str
    text: str
    start: int
    end: int


class CompoundOut(BaseModel):
    name: str


class RoadOut(BaseModel):
    name: str


class HouseholdOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    unit: str
    floor: int
    door: str


class CandidateOut(BaseModel):
    """A place that a text may mean: just one of `building`, `place` (a known place that is no building),
    `compound` and `road` (as a whole). A road in several grids is a candidate in each."""

    building: BuildingOut | None
    place: PlaceOut | None
    compound: CompoundOut | None
    road: RoadOut | None
    household: HouseholdOut | None
    grid: GridOut | None
    confidence: float
    why: str

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        building, compound, home, grid = candidate.building, candidate.compound, candidate.household, candidate.grid
        return cls(
            building=BuildingOut(id=building.code, name=building.name) if building else None,
            place=place_of(candidate.place),
            compound=CompoundOut(name=compound.name) if compound else None,
            road=RoadOut(name=candidate.road.name) if candidate.road else None,
            household=HouseholdOut.model_validate(home) if home else None,
            grid=GridOut(code=grid.code, name=grid.name) if grid else None,
            confidence=candidate.confidence,
            why=candidate.why,
        )


class ReadOut(BaseModel):
    """What a text says of a place: its parts, the places that it may mean, the likeliest first, and the verdict
    on the first of them."""

    parts: list[PartOut]
    candidates: list[CandidateOut]
    decision: Verdict

    @classmethod
    def of(cls, located: LocatedText) -> Self:
        return cls(
            parts=parts_of(located.parts),
            candidates=[CandidateOut.of(candidate) for candidate in located.candidates],
            decision=located.decision,
        )


class LocatedTextOut(LocatedOut):
    """Where a message is from, and, as in `ReadOut`, how it was read."""

    parts: list[PartOut]
    candidates: list[CandidateOut]
    decision: Verdict

    @classmethod
    def from_both(cls, decision: Decision, read: LocatedText) -> Self:
        return cls(**dict(LocatedOut.of(decision)), **dict(ReadOut.of(read)))


def place_of(place: Place | None) -> PlaceOut | None:
    """A place, for the wire."""
    return PlaceOut(code=place.code, name=place.name) if place else None


def parts_of(parts: Iterable[Part]) -> list[PartOut]:
    """The parts of a text, for the wire."""
    return [PartOut.model_validate(part) for part in parts]
