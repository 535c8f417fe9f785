"""How large a table may be: an empty cell takes memory too, and a line of commas makes a million of them."""

from __future__ import annotations

from gis.errors import Fault, InvalidInput, said

MOST_ROWS = 10_000_000
MOST_CELLS = 20_000_000
MOST_COLUMNS = 1_000


def demand_moderate(*, rows: int, columns: int) -> None:
    """Raise InvalidInput for a table that is larger than any community's."""
    if columns > MOST_COLUMNS:
        raise InvalidInput(
            [
                Fault(
                    "file",
                    "too_many_columns",
                    said("it has more than {most_columns:,} columns", most_columns=MOST_COLUMNS),
                )
            ]
        )
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        reason = said(
            "it has more than {most_rows:,} rows or {most_cells:,} cells; divide it",
            most_rows=MOST_ROWS,
            most_cells=MOST_CELLS,
        )
        raise InvalidInput([Fault("file", "too_large", reason)])
