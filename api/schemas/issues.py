"""Issues over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from api.schemas.fields import (
    BBox,
    Code,
    DayOrMoment,
    Limit,
    MatterList,
    Moment,
    Query,
    Request,
    Source,
    Text,
    Words,
    refused,
)
from gis.crs import Datum, GivenDatum
from gis.errors import said
from gis.issues.deadlines import Urgency
from gis.issues.in_full import IssueInFull
from gis.issues.query import Issue
from gis.issues.words import Words as ClearWords


class LocationIn(Request):
    """Where a person puts an issue: at a point (in degrees, in its datum), in a building, at another place, or in
    a grid.

    Just one of the four, as ids and codes, of the issue's community unless `community` names another; `lon` and
    `lat` go together.
    """

    lon: float | None = None
    lat: float | None = None
    crs: Datum = "wgs84"
    building_id: Code = None
    place: Code = None
    grid: Code = None
    community: Code = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise refused("incomplete_point", said("needs both lon and lat"))
        if sum(named is not None for named in (self.lon, self.building_id, self.place, self.grid)) != 1:
            reason = said("must name just one place: lon and lat, or building_id, or place, or grid")
            raise refused("one_place", reason)
        return self


class MeasuredLocationIn(Request):
    """A point as a device measured it. Without `crs` its datum is the one set for the source; it may be `unknown`."""

    lon: float
    lat: float
    crs: GivenDatum | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1_000_000)] | None = None


class ReporterIn(Request):
    name: Code = None
    phone: Code = None


class CategoryIn(Request):
    line: Code = None
    topic: Code = None


def _category(value: Any) -> Any:
    return {"topic": value} if isinstance(value, str) else value


Category = Annotated[CategoryIn | None, BeforeValidator(_category, json_schema_input_type=CategoryIn | str | None)]
"""A plain text is the topic."""


class IssueIn(Request):
    """One issue as its sender knows it. Only the text is needed; blank is the same as not given."""

    text: Text
    source: Source = "web"
    external_id: Code = None
    reported_at: Moment | None = None
    location: MeasuredLocationIn | None = None
    address: Code = None
    building_id: Code = None
    group: Code = None
    community: Code = None
    reporter: ReporterIn | None = None
    category: Category = None
    hazard: bool | None = None


class IssueFilterQuery(Query):
    """Narrows issues. `from` is included; `to` is not if it is a time, and is, to its end, if it is a day. `-` asks for
    those without a grid, line, topic, level or way."""

    community: Code = None
    bbox: BBox | None = None
    grid: Code = None
    line: Code = None
    topic: Words | None = None
    status: Code = None
    hazard: bool | None = None
    since: DayOrMoment | None = Field(None, alias="from")
    until: DayOrMoment | None = Field(None, alias="to")
    worker: Code = None
    group: Code = None
    source: Code = None
    located: bool | None = None
    doubtful: bool | None = None
    place: Literal["none"] | None = Field(None, description="none: those that cannot be drawn on a map")
    due: Code = Field(None, description="overdue, soon, paused; kept or missed, together judged: the on-time rate")
    level: Code = Field(None, description="household, grid, network, street or department: where it was settled")
    way: Code = Field(None, description="in_group, online, on_site or by_neighbours: how it was settled")
    timed: Code = Field(None, description="first_answer or settlement: those of which that time is known")
    ids: MatterList = None
    q: Code = Field(None, description="words, a place, a grid or a number, each of which has to fit; see the README")


class IssueQuery(IssueFilterQuery):
    """A page of issues."""

    limit: Limit = 100
    after: Words | None = None


class ExportQuery(IssueFilterQuery):
    """Issues as a file."""

    format: Literal["csv", "xlsx", "geojson", "gpkg"]


Doubt = Literal["near_edge", "ambiguous", "unknown_datum"]
"""Why a person should look at an issue's place; the receipt names what came into question."""


LEVEL_WORDS: dict[str, str] = {
    "household": "户",
    "grid": "格",
    "network": "网",
    "street": "街道",
    "department": "部门",
}
WAY_WORDS: dict[str, str] = {"in_group": "群内", "online": "线上", "on_site": "上门", "by_neighbours": "邻里"}
"""The community's own words for where and how a matter was settled, as they go over the wire."""


class LocationOut(BaseModel):
    lon: float | None
    lat: float | None
    method: Literal["building", "coordinate", "address", "group", "manual", "none"]
    accuracy_m: float | None
    confidence: float | None


class GridOut(BaseModel):
    code: str
    name: str


class WorkerOut(BaseModel):
    id: str
    name: str
    role: str


class BuildingOut(BaseModel):
    id: str
    name: str


class GuessOut(BaseModel):
    topic: str
    confidence: float


class CategoryOut(BaseModel):
    line: str | None
    topic: str | None


class RecognitionOut(BaseModel):
    """By what a matter has its topic: its report, the lexicon's words, what was learned, a person's choice.

    `may_be` is what the model found likeliest; without a topic a person should choose.
    """

    by: Literal["given", "words", "learned", "person"] | None
    confidence: float | None = Field(description="Of a learned topic")
    may_be: list[GuessOut]


class ReporterOut(BaseModel):
    """Masked, unless the reader has been let see it."""

    name: str | None
    phone: str | None


class EventOut(BaseModel):
    at: datetime
    actor: str
    kind: str
    detail: dict[str, Any]


class IssueOut(BaseModel):
    """One issue in full."""

    id: str
    status: str
    location: LocationOut
    grid: GridOut | None
    worker: WorkerOut | None
    building: BuildingOut | None
    category: CategoryOut
    recognition: RecognitionOut
    hazard: bool
    doubt: Doubt | None
    receipt: dict[str, Any]
    text: str
    source: str
    external_id: str | None
    reported_at: datetime
    closed_at: datetime | None
    address: str | None
    group: str | None
    community: str | None
    reporter: ReporterOut | None
    unmasked_until: datetime | None = Field(description="Until when this reader sees words and reporter in clear")
    urgency: Urgency
    due_at: datetime | None = Field(description="By when its stage should end")
    paused_at: datetime | None = Field(description="Since when its deadline stands still")
    was_late: bool
    version: int
    answer: str | None
    settled_at: str | None
    settled_way: str | None
    resolved_at: datetime | None
    confirmation: str | None
    merged_into: str | None
    events: list[EventOut]

    @classmethod
    def of(cls, full: IssueInFull, clear: ClearWords | None = None) -> Self:
        """`clear` where the reader has been let see the matter's words and reporter as they are."""
        issue, said = full.issue, clear or full
        reporter = None
        if said.reporter_name or said.reporter_phone:
            reporter = ReporterOut(name=said.reporter_name, phone=said.reporter_phone)
        return cls(
            id=str(issue.id),
            status=issue.status,
            location=LocationOut(
                lon=full.lon,
                lat=full.lat,
                method=issue.location_method,  # type: ignore[arg-type]
                accuracy_m=issue.accuracy_m,
                confidence=issue.confidence,
            ),
            grid=GridOut(code=issue.grid_code, name=issue.grid_name or "") if issue.grid_code else None,
            worker=WorkerOut(id=issue.worker_id, name=issue.worker_name or "", role=full.worker_role or "")
            if issue.worker_id
            else None,
            building=BuildingOut(id=issue.building_id, name=issue.building_name or "") if issue.building_id else None,
            category=CategoryOut(line=issue.line, topic=issue.topic),
            recognition=RecognitionOut(
                by=full.topic_by,  # type: ignore[arg-type]
                confidence=full.topic_confidence,
                may_be=[GuessOut(**each) for each in full.receipt.get("may_be", ())],
            ),
            hazard=issue.hazard,
            doubt=issue.doubt,  # type: ignore[arg-type]
            receipt=full.receipt,
            text=clear.text if clear else issue.text,
            source=issue.source,
            external_id=issue.external_id,
            reported_at=issue.reported_at,
            closed_at=issue.closed_at,
            address=clear.address if clear else issue.address,
            group=issue.group,
            community=issue.community,
            reporter=reporter,
            unmasked_until=clear.until if clear else None,
            urgency=issue.urgency,  # type: ignore[arg-type]
            due_at=issue.due_at,
            paused_at=issue.paused_at,
            was_late=issue.was_late,
            version=issue.version,
            answer=clear.answer if clear else issue.answer,
            settled_at=LEVEL_WORDS.get(issue.settled_level or ""),
            settled_way=WAY_WORDS.get(issue.settled_way or ""),
            resolved_at=issue.resolved_at,
            confirmation=full.confirmation,
            merged_into=str(full.merged_into) if full.merged_into else None,
            events=[EventOut(at=e.at, actor=e.actor, kind=e.kind, detail=e.detail) for e in full.events],
        )


class IssueProperties(BaseModel):
    """One issue in a list, flat as files have it; nothing of its reporter."""

    id: str
    external_id: str | None
    text: str
    source: str
    reported_at: datetime
    closed_at: datetime | None
    status: str
    line: str | None
    topic: str | None
    hazard: bool
    address: str | None
    community: str | None
    grid_code: str | None
    grid_name: str | None
    worker_id: str | None
    worker_name: str | None
    building_id: str | None
    building_name: str | None
    group: str | None
    group_name: str | None
    location_method: str
    accuracy_m: float | None
    confidence: float | None
    doubt: Doubt | None
    urgency: Urgency
    due_at: datetime | None
    paused_at: datetime | None
    was_late: bool

    @classmethod
    def of(cls, issue: Issue) -> Self:
        named = {name: getattr(issue, name) for name in cls.model_fields if name != "id"}
        return cls.model_construct(id=str(issue.id), **named)
