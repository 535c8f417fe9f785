"""What readers of the tables share: which rows hold at a moment, and how a geometry is given out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func

DIGITS = 7
"""Decimals of a degree in answers: about a centimetre."""


def holds_at(table: Table, at: date | datetime | ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a row's validity, from `valid_from` up to, not including, `valid_to`, holds a moment or a day."""
    return (table.c.valid_from <= at) & (table.c.valid_to.is_(None) | (table.c.valid_to > at))


def geojson(geom: Any) -> ColumnElement[str]:
    """A geometry in EPSG:4326 as GeoJSON text."""
    return func.ST_AsGeoJSON(geom, DIGITS)
