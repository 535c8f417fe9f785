"""Small files of text, read as a whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis.encoding import decode
from gis.errors import Fault, InvalidInput, said
from gis.files.contents import demand_content
from gis.files.unpacking import whole

_TRUE = frozenset(("true", "1", "是", "yes"))
_FALSE = frozenset(("false", "0", "否", "no", ""))


def text_of(path: Path) -> str:
    """The text of a file, in any encoding that can be recognised. Raises InvalidInput for what is no text."""
    demand_content(path, "csv")
    return decode(whole(path))[0]


@contextmanager
def csv_faults() -> Iterator[None]:
    """Tells as InvalidInput what Python's csv cannot read; it is found while rows are asked for."""
    try:
        yield
    except csv.Error as error:
        reason = said("a quotation mark is out of place, or a cell is longer than any may be")
        raise InvalidInput([Fault("file", "bad_quotes", reason)]) from error


def truth_of(cell: str) -> bool | None:
    """Whether a cell says yes; an empty one says no. None for what is neither."""
    said = cell.strip().lower()
    return True if said in _TRUE else False if said in _FALSE else None
