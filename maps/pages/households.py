"""`/households` and `/households/{id}`: who lives where, for who walks there; persons masked unless unmasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from maps.filters import Choice
from maps.page import Shell, render


@dataclass(frozen=True, slots=True)
class Home:
    """One household in a list. `residents` is None where the reader is not told."""

    id: str
    unit: str
    floor: int
    door: str
    residents: int | None = None
    plates: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class House:
    """A building and those of its households that are on the page."""

    name: str
    grid_name: str
    homes: tuple[Home, ...]


@dataclass(frozen=True, slots=True)
class CarToMove:
    """A request to move a car of a household in the reader's grids, not answered yet."""

    id: str
    plate: str
    message: str
    asked_at: datetime
    household: str
    house: str


@dataclass(frozen=True, slots=True)
class HouseholdsView:
    """One page of households. The counts are of all pages, and told on the first; exact if `least` is 1, else
    multiples of it.

    `words` and `grid` are what the reader looks for; `after` leads on. `known` is whether persons may be seen at all.
    """

    community: str
    houses: tuple[House, ...]
    households: int | None = None
    residents: int = 0
    least: int = 1
    grids: tuple[Choice, ...] = ()
    words: str = ""
    grid: str = ""
    after: str = ""
    known: bool = True
    cars: tuple[CarToMove, ...] = ()

    @property
    def onward(self) -> str:
        """The address of the next page."""
        asked = {"community": self.community, "grid": self.grid, "q": self.words, "after": self.after}
        return f"/households?{urlencode({name: value for name, value in asked.items() if value})}"


@dataclass(frozen=True, slots=True)
class Person:
    """A resident, masked or in clear."""

    name: str
    phone: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A matter for which somebody of this household may have to be seen."""

    id: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """One household. `until` is set while it is in clear; `matters` are those for which it may be."""

    id: str
    house: str
    grid_name: str
    home: Home
    people: tuple[Person, ...] = ()
    matters: tuple[OpenMatter, ...] = ()
    known: bool = True
    may_unmask: bool = False
    minutes: float = 15


def households_page(view: HouseholdsView, *, shell: Shell) -> str:
    """The list, by building."""
    return render("households.html", shell=shell, view=view)


def household_page(view: HouseholdView, *, shell: Shell) -> str:
    """One household, and the form that unmasks it."""
    return render("household.html", shell=shell, view=view)
