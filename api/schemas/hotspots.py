"""The map of hotspots over the wire."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from api.schemas.fields import Code, none_if_blank
from api.schemas.geojson import Geometry
from api.views.filtering import PageQuery
from gis.hotspots.ages import LAST_OLD_YEAR, Age, Verdict
from gis.hotspots.change import Direction
from gis.hotspots.features import cell_features
from gis.hotspots.lattice import Form
from gis.hotspots.regions import Cylinder, Region
from gis.hotspots.reporting import Source
from gis.hotspots.survey import Per, Survey
from gis.issues.matter_list import in_parts

_DIGITS = 6
SMALLEST_CELL_M, LARGEST_CELL_M = 20, 5_000


class HotspotsQuery(PageQuery):
    """The filters that every page has, and how hotspots are looked for."""

    rate_per: Annotated[Per, BeforeValidator(lambda value: none_if_blank(value) or "household")] = Field(
        "household", description="household, building, or matter: by the number of matters alone"
    )
    cell_m: Annotated[
        Annotated[float, Field(ge=SMALLEST_CELL_M, le=LARGEST_CELL_M)] | None, BeforeValidator(none_if_blank)
    ] = Field(None, description="size of a cell in metres; left out, it follows the data")
    form: Annotated[Form, BeforeValidator(lambda value: none_if_blank(value) or "hexagon")] = Field(
        "hexagon", description="hexagon or square"
    )


class HotspotsPageQuery(HotspotsQuery):
    """The page; `part` is `findings` for what it says in words, without the page around it."""

    part: Literal["findings"] | None = None


class AreaQuery(HotspotsQuery):
    """Where something was done: in a grid, or in a circle; else everywhere."""

    area: Code = Field(None, description="code of a grid")
    near: Annotated[
        Annotated[str, Field(pattern=r"^-?\d{1,3}(\.\d{1,9})?,-?\d{1,2}(\.\d{1,9})?,\d{1,5}(\.\d{1,3})?$")] | None,
        BeforeValidator(none_if_blank),
    ] = Field(None, description="lon,lat,radius in metres", examples=["107.095,29.16,150"])


class CampaignQuery(AreaQuery):
    """The same, and on which day."""

    day: date


class ProgressOut(BaseModel):
    """`of` is 0 where it is not known beforehand."""

    what: str
    done: int
    of: int


class SharedOut(BaseModel):
    """A value (topic, compound) that stands out: `count` of `of` matters have it."""

    attribute: str
    value: str
    count: int
    of: int
    expected: float


class AgeOut(BaseModel):
    """Buildings at which a cluster has matters: of `known` with a year `old` are from `last_old_year` or before.

    `share` of all buildings are; `p` is that of the exact binomial test, null where there are too few to say.
    """

    known: int
    old: int
    share: float
    last_old_year: int
    p: float | None
    verdict: Verdict


class PileOut(BaseModel):
    """Matters on exactly one coordinate, set apart. `matters` are lists for `/issues?ids=`, mostly one."""

    lon: float
    lat: float
    count: int
    matters: list[str]


class ClusterOut(BaseModel):
    """A density cluster, largest first; `near` is the circle around it, as `change` takes it; `age`, null where no year
    is known."""

    outline: Geometry
    count: int
    first: datetime
    last: datetime
    near: str
    shared: list[SharedOut]
    age: AgeOut | None
    matters: list[str]


class CylinderOut(BaseModel):
    """A cluster of the space-time scan, likeliest first: a circle, and its first and last day."""

    lon: float
    lat: float
    radius_m: float
    first: date
    last: date
    count: int
    expected: float
    p: float
    near: str
    matters: list[str]


class CellOut(BaseModel):
    """A cell. `class` is hot_99 to cold_99, none, too_few, no_exposure or pile; `trend`, that of emerging hotspots."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Geometry
    properties: dict[str, Any]


class HotspotsOut(BaseModel):
    """What is known now. `clusters` and `scan` are null until they have been looked for.

    `outdated`: matters have changed since, and it is worked out anew. `cases` of `matters` have a point.
    """

    complete: bool
    outdated: bool
    progress: ProgressOut | None
    as_of: datetime | None
    matters: int
    cases: int
    method: dict[str, Any]
    cells: list[CellOut]
    piles: list[PileOut]
    clusters: list[ClusterOut] | None
    scan: list[CylinderOut] | None


class PeriodOut(BaseModel):
    """Matters in the area and everywhere else, before and after."""

    before: int
    after: int
    elsewhere_before: int
    elsewhere_after: int


class RiseOut(BaseModel):
    """Whether a rise is one of problems or of reporting, by the other matters in the same area and days."""

    source: Source
    other_before: int
    other_after: int


class CampaignOut(BaseModel):
    """Before and after a day. `ratio`: the rate after by the rate before; against everywhere else if `compared`.

    `low` and `high` are its 95% interval; null is beyond all bounds, or for `ratio` unknown.
    """

    day: date
    days: int
    counts: PeriodOut
    compared: bool
    direction: Direction
    ratio: float | None
    low: float
    high: float | None
    by_chance: float
    may_regress: bool
    rise: RiseOut | None


def body_of(survey: Survey) -> str:
    """The members of `HotspotsOut` that follow from a survey, as JSON without the braces around it."""
    told = {
        "method": survey.method,
        "cells": cell_features(survey.found),
        "piles": [
            PileOut(lon=pile.lon, lat=pile.lat, count=pile.cases, matters=in_parts(ids.tolist())).model_dump()
            for pile, ids in zip(survey.found.piles, survey.piled, strict=True)
        ],
        "clusters": None if survey.regions is None else [_cluster(each) for each in survey.regions],
        "scan": None if survey.cylinders is None else [_cylinder(each) for each in survey.cylinders],
    }
    return json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[1:-1]


def circle_text(lon: float, lat: float, radius_m: float) -> str:
    """A circle as `change` takes it."""
    return f"{lon:.{_DIGITS}f},{lat:.{_DIGITS}f},{radius_m:.0f}"


def _cluster(region: Region) -> dict[str, Any]:
    return ClusterOut(
        outline=Geometry(**region.outline),
        count=len(region.ids),
        first=region.first,
        last=region.last,
        near=circle_text(region.lon, region.lat, region.radius_m),
        shared=[SharedOut(**vars(each)) for each in region.shared],
        age=_age(region.age) if region.age else None,
        matters=in_parts(region.ids.tolist()),
    ).model_dump(mode="json")


def _age(age: Age) -> AgeOut:
    return AgeOut(
        known=age.known,
        old=age.old,
        share=round(age.share, 4),
        last_old_year=LAST_OLD_YEAR,
        p=None if age.verdict == "too_few" else age.p,
        verdict=age.verdict,
    )


def _cylinder(found: Cylinder) -> dict[str, Any]:
    return CylinderOut(
        lon=round(found.lon, _DIGITS),
        lat=round(found.lat, _DIGITS),
        radius_m=round(found.radius_m, 1),
        first=found.first,
        last=found.last,
        count=len(found.ids),
        expected=round(found.expected, 2),
        p=found.p,
        near=circle_text(found.lon, found.lat, found.radius_m),
        matters=in_parts(found.ids.tolist()),
    ).model_dump(mode="json")
