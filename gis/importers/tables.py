"""Reads tables without geometry of their own: CSV (also .csv.gz) and XLSX."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal
from xml.parsers.expat import ExpatError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from gis.encoding import decode
from gis.errors import Fault, InvalidInput, said
from gis.files.contents import demand_content
from gis.files.sizes import demand_moderate
from gis.files.unpacking import checked_archive, gunzipped, whole
from gis.importers.source import Source, cell_text, table_of
from gis.progress import Progress

_LONGEST_CELL = 64 * 1024 * 1024  # a boundary as text can be long
_MOST_SHEET_ROWS = 1_048_576
"""Excel's own bound; a row may claim any number, and all before it are counted."""
_WORKBOOK = "an Excel workbook (.xlsx)"
_BROKEN_WORKBOOK = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, ExpatError, SyntaxError, OSError, EOFError),
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError, NotImplementedError, RuntimeError),
)
"""What openpyxl raises where a part is not what it expects; each kind of damage has its own."""


def read_csv(path: Path, progress: Progress) -> Source:
    """CSV with a header, separated by comma, semicolon or tab, in any encoding that can be recognised."""
    packed = path.suffix.lower() == ".gz"
    demand_content(path, "gzip" if packed else "csv")
    data = gunzipped(path) if packed else whole(path)
    text, encoding = decode(data)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    source = _table(path, "csv", _csv_rows(reader), progress, text.count("\n"))
    if encoding:
        source.notices.append(f"{path.name} is {encoding}, not UTF-8; its characters were converted.")
    return source


def read_xlsx(path: Path, progress: Progress) -> Source:
    """The first sheet of an Excel workbook, whose first row names the columns; formulas as last computed.

    It is XML that somebody sent: entities are refused (by defusedxml, which openpyxl takes where it is installed).
    """
    demand_content(path, "zip")
    with checked_archive(path, what=_WORKBOOK):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that are of no concern here
            return _first_sheet(path, progress)
    except InvalidInput:
        raise
    except _BROKEN_WORKBOOK as error:
        raise InvalidInput(
            [Fault("file", "unreadable", said("it is not {workbook}, or damaged", workbook=_WORKBOOK))]
        ) from error


def _first_sheet(path: Path, progress: Progress) -> Source:
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        source = _table(path, "xlsx", _sheet_rows(sheet.iter_rows(values_only=True)), progress, 0)
        if len(book.worksheets) > 1:
            source.notices.append(f"{path.name} has several sheets; the first, “{sheet.title}”, was read.")
    return source


def _sheet_rows(rows: Iterable[Iterable[Any]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > _MOST_SHEET_ROWS:
            raise InvalidInput(
                [
                    Fault(
                        "file",
                        "too_large",
                        said("a sheet holds at most {most_sheet_rows:,} rows", most_sheet_rows=_MOST_SHEET_ROWS),
                    )
                ]
            )
        yield [cell_text(cell) for cell in row]


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    while True:
        number += 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = said(
                "a quotation mark is out of place: inside a quoted cell it must be doubled, and the cell closed"
            )
            raise InvalidInput([Fault(f"row {number}", "bad_quotes", reason)]) from error


def _table(path: Path, kind: Literal["csv", "xlsx"], rows: Iterable[list[str]], progress: Progress, of: int) -> Source:
    """Rows under the first one's column names. Empty rows are passed over; their numbers stay taken."""
    lines = iter(rows)
    columns = _column_names(next(lines, []))
    width = len(columns)
    cells: list[list[str]] = []
    numbers: list[int] = []
    faults: list[Fault] = []
    for number, row in enumerate(lines, start=2):
        if number % 20_000 == 0:
            demand_moderate(rows=number, columns=width)
            progress("reading", number, max(of, number))
        if len(row) != width:
            if any(row[width:]):
                reason = said("it has {count} cells, but the header names {width} columns", count=len(row), width=width)
                faults.append(Fault(f"row {number}", "ragged", reason))
                continue
            row = row[:width] + [""] * (width - len(row))
        if any(row):
            cells.append(row)
            numbers.append(number)
    return Source(path, kind, table_of(cells, columns, numbers), faults=faults)


def _column_names(header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise InvalidInput([Fault("file", "empty", said("it is empty; the first row must name the columns"))])
    demand_moderate(rows=1, columns=len(names))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        listed = ", ".join(twice)
        raise InvalidInput(
            [
                Fault(
                    "row 1", "duplicate_column", said("these columns are there more than once: {listed}", listed=listed)
                )
            ]
        )
    return [name or f"column {index}" for index, name in enumerate(names, start=1)]


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)
