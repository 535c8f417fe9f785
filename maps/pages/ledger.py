"""`/issues`: the matters behind a number, latest first."""

from __future__ import annotations

from dataclasses import dataclass

from maps.filters import Choices, Filters, periods
from maps.page import Shell, render
from maps.pages.matters import ListedMatter


@dataclass(frozen=True, slots=True)
class LedgerView:
    """One page of the ledger. `total` counts all that pass the filters, on every page.

    `older` is the value of the parameter `before` that leads to the next page; empty on the last one.
    `grid_name` names the grid that is filtered by.
    """

    filters: Filters
    choices: Choices
    total: int
    matters: tuple[ListedMatter, ...]
    older: str = ""
    grid_name: str = ""


def ledger_page(view: LedgerView, *, shell: Shell) -> str:
    """The list, under the same filters as the map."""
    return render(
        "ledger.html",
        shell=shell,
        view=view,
        filters=view.filters,
        choices=view.choices,
        periods=periods(view.filters, view.choices),
        grid_name=view.grid_name,
    )
