"""`/issues`: the ledger. Its one face is the list of problems, its other the ledger of what was settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from maps.filters import Choice, Choices, Filters, periods
from maps.page import Shell, render


@dataclass(frozen=True, slots=True)
class LedgerMatter:
    """One line. `excerpt` is what the resident wrote; `answer`, `level`, `way` and `took` are of what was settled."""

    id: str
    excerpt: str
    topic: str
    status: str
    reported_at: datetime
    grid_name: str = ""
    hazard: bool = False
    worker: str = ""
    urgency: str = "normal"
    due_at: datetime | None = None
    overdue: bool = False
    answer: str = ""
    level: str = ""
    way: str = ""
    took: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ReadTerm:
    """One word of a search: in which ways it was read (kind and name), and the search with it as words only.

    `withheld` is whether the reader may not look for the person that it may be.
    """

    said: str
    readings: tuple[tuple[str, str], ...]
    only_words: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """What passes the filters, settled or not, adds up to; `on_time` of `on_time_of` is the rate.

    `levels` are counts of settled matters, those of most trust in neighbours first; `topics` the settled ones of each.
    """

    received: int = 0
    open: int = 0
    settled: int = 0
    overdue: int = 0
    on_time: int = 0
    on_time_of: int = 0
    first_answer: timedelta | None = None
    settlement: timedelta | None = None
    levels: tuple[Choice, ...] = ()
    topics: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerView:
    """One page of the ledger. `total` counts all that pass the filters, on every page; `figures` are of both faces.

    `older` is the value of the parameter `before` that leads to the next page; empty on the last one.
    `grid_name` names the grid that is filtered by, `terms` tell how the search was read.
    """

    filters: Filters
    choices: Choices
    matters: tuple[LedgerMatter, ...]
    total: int = 0
    figures: LedgerFigures = LedgerFigures()
    older: str = ""
    grid_name: str = ""
    terms: tuple[ReadTerm, ...] = ()


def ledger_page(view: LedgerView, *, shell: Shell) -> str:
    """The list beside its figures, under the same filters as the map."""
    return render(
        "ledger.html",
        shell=shell,
        view=view,
        filters=view.filters,
        choices=view.choices,
        periods=periods(view.filters, view.choices),
        grid_name=view.grid_name,
    )
