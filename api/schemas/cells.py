"""Cells and days over the wire: columns of numbers, because there are thousands of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.schemas.fields import BBox
from api.views.filtering import PageQuery


class CellsQuery(PageQuery):
    """The filters of a page, and what of its map is in view."""

    bbox: BBox
    zoom: Annotated[float, Field(ge=0, le=24)]


class CellsOut(BaseModel):
    """Square cells of Web Mercator's square, cut into 2^`level` by 2^`level` from its north-western corner.

    The n-th cell stands in column `x[n]` and row `y[n]` and has `matters[n]`; all others in the box have none. A
    surface spreads each over `radius_m`. Per household, `matters` are those of a smoothed rate, `households` stand
    beside them, and `elsewhere` counts the matters where nobody lives.
    """

    per: Literal["hectare", "households"]
    level: int
    finest_from_zoom: int = Field(description="From this zoom on the cells are no smaller")
    radius_m: float
    x: list[int]
    y: list[int]
    matters: list[int] | list[float]
    households: list[int] = []
    elsewhere: int = 0


class DaysOut(BaseModel):
    """Matters by day, from `first` on, without a gap; `from` and `to` narrow nothing here."""

    first: date | None
    matters: list[int]
