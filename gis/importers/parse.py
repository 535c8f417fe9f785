"""Turns columns of text into columns of values; what cannot be turned is a fault with its row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from gis.errors import said
from gis.files.formulas import unguard
from gis.importers.faults import Faults, shown
from gis.importers.fields import Field
from gis.importers.moments import DATE_EXAMPLE, read_dates, read_moments
from gis.importers.source import Source

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TRUE = frozenset(("true", "t", "yes", "y", "1", "是", "有", "真"))
_FALSE = frozenset(("false", "f", "no", "n", "0", "否", "无", "没有", "假"))


def parse(
    source: Source, fields: tuple[Field, ...], columns: Mapping[str, str], faults: Faults, zone: ZoneInfo
) -> pd.DataFrame:
    """The fields' values, one column for each field that the file has, on the source's index.

    Text is stripped, and None where empty; integers and dates are Python objects or None, numbers float
    or NaN, times UTC or NaT (those without a zone are in `zone`), lists are lists of text, geometries shapely.
    """
    parsed = {}
    for field in fields:
        if field.name in columns:
            cells = _clean(source, columns[field.name], field, faults)
            parsed[field.name] = _values(cells, field, faults, zone)
            if field.required:
                faults.rows(cells[cells == ""], "missing", "it is empty", field=field.name)
    return pd.DataFrame(parsed, index=source.frame.index)


def _clean(source: Source, column: str, field: Field, faults: Faults) -> pd.Series:
    """The cells of a column without surrounding space, foreign line ends, and apostrophes before formulas."""
    cells = [cell.strip() for cell in source.frame[column]]
    together = "\n".join(cells)  # most columns need none of the rest, and one look at all cells tells
    if "'" in together and source.unit == "row":
        cells = [unguard(cell).strip() for cell in cells]
    if "\r" in together:
        cells = [cell.replace("\r\n", "\n") for cell in cells]
    if _CONTROL.search(together):
        for number, cell in zip(source.frame.index, cells, strict=True):
            if _CONTROL.search(cell):
                reason = said("it contains a character that is no text (such as NUL)")
                faults.row(number, "bad_character", reason, field=field.name)
        cells = [_CONTROL.sub(" ", cell).strip() for cell in cells]
    return pd.Series(cells, source.frame.index, dtype=object)


def _values(cells: pd.Series, field: Field, faults: Faults, zone: ZoneInfo) -> pd.Series:
    filled = cells != ""
    match field.type:
        case "text":
            long = cells.str.len() > field.most
            faults.rows(
                cells[long], "too_long", "it is longer than {most:,} characters", field=field.name, most=field.most
            )
            return cells.where(filled & ~long, None)
        case "list":
            return pd.Series([_items(cell, field, number, faults) for number, cell in cells.items()], cells.index)
        case "integer" | "number":
            return _numbers(cells, filled, field, faults)
        case "bool":
            words = cells.str.casefold()
            known = words.isin(_TRUE | _FALSE)
            faults.rows(cells[filled & ~known], "bad_value", "{value} is neither yes nor no", field=field.name)
            return words.isin(_TRUE).astype(object).where(known, None)
        case "date":
            days = read_dates(cells)
            unread = cells[filled & days.isna()]
            faults.rows(unread, "bad_date", "{value} is not a date (write {day})", field=field.name, day=DATE_EXAMPLE)
            return pd.Series([_day(day) for day in days], cells.index, dtype=object)
        case "datetime":
            moments = read_moments(cells, zone)
            unread = cells[filled & moments.isna()]
            faults.rows(
                unread,
                "bad_date",
                "{value} is not a date and time (write {day} 08:30:00)",
                field=field.name,
                day=DATE_EXAMPLE,
            )
            return moments
        case "geometry":
            shapes = pd.Series(shapely.from_wkt(cells.where(filled, None).to_numpy(), on_invalid="ignore"), cells.index)
            unread = cells[filled & shapes.isna()]
            faults.rows(unread, "bad_geometry", "{value} is not a geometry (WKT)", field=field.name)
            return shapes


def _numbers(cells: pd.Series, filled: pd.Series, field: Field, faults: Faults) -> pd.Series:
    values = pd.to_numeric(cells.where(filled, None), errors="coerce").astype(float)
    if not (values.notna() | ~filled).all():  # full-width digits, once in a while
        values = values.fillna(pd.to_numeric(cells.map(_narrow).where(filled, None), errors="coerce"))
    bad = filled & ~np.isfinite(values)
    if field.type == "number":
        faults.rows(cells[bad], "bad_number", "{value} is not a number", field=field.name)
        return values.mask(bad)
    bad |= filled & (values % 1 != 0)
    faults.rows(cells[bad], "bad_number", "{value} is not a whole number", field=field.name)
    low, high = field.low if field.low is not None else -(2**31), field.high if field.high is not None else 2**31
    out = ~bad & filled & ~values.between(low, high)
    faults.rows(
        cells[out], "out_of_range", "{value} is not between {low} and {high}", field=field.name, low=low, high=high
    )
    usable = filled & ~bad & ~out
    return pd.Series([int(v) if ok else None for v, ok in zip(values, usable, strict=True)], cells.index, dtype=object)


def _items(cell: str, field: Field, number: object, faults: Faults) -> list[str]:
    items = list(dict.fromkeys(filter(None, (item.strip() for item in cell.split("|")))))
    for item in items:
        if len(item) > field.most:
            reason = said("{shown} is longer than {most:,} characters", shown=shown(item), most=field.most)
            faults.row(int(str(number)), "too_long", reason, field=field.name)
    return items


def _day(day: pd.Timestamp) -> date | None:
    return None if pd.isna(day) else day.date()


def _narrow(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell)
