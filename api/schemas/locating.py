"""Locating over the wire."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from api.schemas.fields import Code, DayOrMoment, Query, Text
from api.schemas.issues import BuildingOut, GridOut, LocationOut, WorkerOut
from api.schemas.places import worker_of
from gis.crs import Datum
from gis.geolocation.decide import Decision


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


class LocatedOut(BaseModel):
    """Where something is, and who answers for it; `receipt` says how that was decided."""

    location: LocationOut
    grid: GridOut | None
    worker: WorkerOut | None
    building: BuildingOut | None
    community: str | None
    receipt: dict[str, Any]

    @classmethod
    def of(cls, decision: Decision) -> Self:
        return cls(
            location=LocationOut(
                lon=decision.lon,
                lat=decision.lat,
                method=decision.method,
                accuracy_m=decision.accuracy_m,
                confidence=decision.confidence,
            ),
            grid=GridOut(code=decision.grid.code, name=decision.grid.name) if decision.grid else None,
            worker=worker_of(decision.assignment),
            building=BuildingOut(id=decision.building.code, name=decision.building.name) if decision.building else None,
            community=decision.community.code if decision.community else None,
            receipt=decision.receipt,
        )
