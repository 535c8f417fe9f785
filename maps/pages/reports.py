"""`/reports`: the reports of a community that were made, and those that are being made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from maps.page import Shell, render


@dataclass(frozen=True, slots=True)
class ListedReport:
    """One report. `name` is its period as `2023-W49`; `step` what is being made of it, `failure` why it was not."""

    id: str
    kind: Literal["week", "month"]
    name: str
    begins: date
    last_day: date
    language: Literal["zh", "en"]
    state: Literal["waiting", "making", "made", "failed"]
    step: str
    failure: str
    asked_by: str
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReportsView:
    """The reports, the latest first.

    `latest` has the last week and month that are over, as forms name them; `offered` those that a form begins with.
    """

    community: str
    reports: Sequence[ListedReport]
    latest: Mapping[str, str]
    offered: Mapping[str, str]


def reports_page(view: ReportsView, *, shell: Shell) -> str:
    """The list, and the form that asks for another."""
    return render("reports.html", shell=shell, view=view)
