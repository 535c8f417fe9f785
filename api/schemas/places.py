"""Communities, grids, buildings, groups and workers over the wire."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from api.schemas.fields import BBox, Code, DayOrMoment, Limit, Query, Words
from api.schemas.geojson import Geometry
from api.schemas.issues import WorkerOut
from gis.workforce.posts import Assignment


class CommunityQuery(Query):
    community: Code = None


class GridQuery(CommunityQuery):
    """`at`: the moment whose grids are wanted; a day stands for its beginning. Now if left out."""

    at: DayOrMoment | None = None


class BuildingQuery(CommunityQuery):
    """`q`: words that all have to occur in name, alias, compound, or address (of places: kind)."""

    q: Words | None = Field(None, max_length=200)
    bbox: BBox | None = None
    limit: Limit = 100
    after: Words | None = None


class CommunityOut(BaseModel):
    code: str
    name: str
    street: str | None
    time_zone: str
    synthetic: bool


class GridProperties(BaseModel):
    code: str
    name: str
    community: str
    valid_from: datetime
    valid_to: datetime | None
    worker: WorkerOut | None


class GridVersionOut(BaseModel):
    id: str
    valid_from: datetime
    valid_to: datetime | None
    area_m2: float
    geometry: Geometry


class GridCounts(BaseModel):
    """What is in the grid: buildings and households of the version in force, issues of all time.

    To all but administrators and dispatchers `households` is a sum over houses in multiples of five, without
    houses that have fewer (`DUALGRID_K_ANONYMITY`).
    """

    buildings: int
    households: int
    issues: int
    open_issues: int
    hazards: int


class GridInFull(BaseModel):
    """A grid with every version that it has had, newest first; `in_force` is false once it is retired."""

    code: str
    name: str
    community: str
    in_force: bool
    worker: WorkerOut | None
    counts: GridCounts
    versions: list[GridVersionOut]


class BuildingProperties(BaseModel):
    id: str
    name: str
    aliases: list[str]
    compound: str | None
    address: str
    floors: int | None
    units: int | None
    built_year: int | None
    community: str


class PlaceProperties(BaseModel):
    id: str
    name: str
    aliases: list[str]
    kind: str
    compound: str | None
    community: str


class PostOut(BaseModel):
    role: str
    grid_code: str | None
    group_code: str | None
    stand_in: bool
    valid_from: date
    valid_to: date | None


class StaffOut(BaseModel):
    """A worker with the posts held today; the phone is masked."""

    id: str
    name: str
    phone: str | None
    community: str
    posts: list[PostOut]


def worker_of(assignment: Assignment | None) -> WorkerOut | None:
    """The worker who answers, as it goes over the wire."""
    if assignment is None:
        return None
    held = assignment.post
    return WorkerOut(id=held.worker_code, name=held.worker_name, role=held.role)
