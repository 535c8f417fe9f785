"""`/admin/rules`: how long each stage may take, which days are worked, and what Open311 offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maps.page import Shell, render

STAGES = ("reported", "accepted", "at_street", "at_department")
URGENCIES = ("normal", "urgent", "very_urgent")
UNITS = ("working_hours", "working_days", "hours", "days")
DATATYPES = ("singlevaluelist", "multivaluelist", "string", "text", "number", "datetime")


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """How long a stage may take; an empty topic is every one without a rule of its own."""

    id: str
    topic: str
    stage: str
    urgency: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class DayView:
    day: date
    worked: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What a service asks; `answers` are the names that a list lets choose from."""

    code: str
    datatype: str
    required: bool
    description: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceView:
    """What Open311 offers; an empty topic is what takes every matter that has no other."""

    code: str
    name: str
    topic: str = ""
    description: str = ""
    questions: tuple[QuestionView, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesView:
    """All rules; `topics` are those that one can be set for."""

    deadlines: tuple[DeadlineView, ...] = ()
    days: tuple[DayView, ...] = ()
    services: tuple[ServiceView, ...] = ()
    topics: tuple[str, ...] = ()


def rules_page(view: RulesView, *, shell: Shell) -> str:
    """The page; what it changes goes through `/api/rules`."""
    known = {"stages": STAGES, "urgencies": URGENCIES, "units": UNITS, "datatypes": DATATYPES}
    return render("rules.html", shell=shell, view=view, **known)
