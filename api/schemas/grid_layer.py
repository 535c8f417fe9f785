"""Measures of grids over the wire."""

from __future__ import annotations

import math
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, Field

from api.schemas.fields import Code, Day
from api.schemas.fields import Query as QueryModel
from gis.boundaries.grids import Grid
from gis.overview.measures import LOW_IS_WORSE, Measure, Shaded


class GridLayerQuery(QueryModel):
    """The filters of the pages. Without days, the last 30."""

    community: Code = None
    line: Code = None
    topic: Code = None
    status: Code = None
    hazard: bool | None = None
    source: Code = None
    group: Code = None
    since: Day = Field(None, alias="from")
    until: Day = Field(None, alias="to")
    q: Code = None
    measure: Measure | None = Field(None, description="One of the measures; all of them without it")
    classes: Literal["natural", "quantiles"] = Field("natural", description="How numbers are put into classes")


class ShadedGridOut(BaseModel):
    code: str
    value: float | None = Field(description="null: nothing to tell, or, of a change, none before")
    part: int = Field(description="Matters that the value is made of")
    whole: int = Field(description="What they are a part of: matters, households, or matters of the period before")
    too_few: bool = Field(description="It says more about chance than about the grid")
    shade: int | None = Field(description="The class from 0, least trouble, up")


class MeasureOut(BaseModel):
    measure: Measure
    method: Literal["natural", "quantiles", "fixed"]
    ranges: list[tuple[float | None, float | None]] = Field(description="Lowest and highest of each class; null: open")
    low_is_worse: bool
    grids: list[ShadedGridOut]

    @classmethod
    def of(cls, shaded: Shaded, grids: list[Grid]) -> Self:
        return cls(
            measure=shaded.measure,
            method=shaded.classes.method,
            ranges=[(_finite(low), _finite(high)) for low, high in shaded.classes.ranges],
            low_is_worse=shaded.measure in LOW_IS_WORSE,
            grids=[
                ShadedGridOut(
                    code=grid.code,
                    value=_finite(found.value),
                    part=found.part,
                    whole=found.whole,
                    too_few=found.too_few,
                    shade=shaded.shade(grid.id),
                )
                for grid in grids
                for found in [shaded.grids[grid.id]]
            ],
        )


class GridLayerOut(BaseModel):
    community: str
    since: date
    until: date
    measures: list[MeasureOut]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
