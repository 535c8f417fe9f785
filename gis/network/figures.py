"""The network grid in figures: each one a count, of how many, and made of the very rows that open behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gis.network.cover import House, houses
from gis.network.groups import Group, Problem, groups
from gis.network.reach import NetworkFilter, reach
from gis.security.anonymity import published_sum
from gis.storage.tables import ROLES


@dataclass(frozen=True, slots=True)
class Network:
    """The groups and houses in reach on a day."""

    groups: tuple[Group, ...]
    houses: tuple[House, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `groups`: those with a role that nobody holds (and for each role), silent ones, those that span grids, those
    that cover nothing. Of `buildings`: those that no group covers, and those that several do. Of `households`: those in
    houses that no group covers; they are exact where `least` is 1, else sums over houses in multiples of it."""

    groups: int
    missing_role: int
    missing_by_role: dict[str, int]
    silent: int
    spanning: int
    no_cover: int
    buildings: int
    uncovered_buildings: int
    shared_buildings: int
    households: int
    uncovered_households: int
    least: int


def network(connection: Connection, chosen: NetworkFilter, *, code: str | None = None) -> Network:
    """Everything in reach, or, of the groups, those with one code.

    Raises InvalidInput, with every fault, for places that do not exist.
    """
    seen = reach(connection, chosen)
    found = houses(connection, chosen, seen)
    told = groups(connection, chosen, seen, found, code=code)
    return Network(tuple(told), tuple(house for house in found if seen.grid in (None, house.grid_code)))


def figures(found: Network, *, least: int) -> Figures:
    """What the rows add up to; households are published for who may see no fewer than `least` of them."""
    uncovered = [house for house in found.houses if house.cover == "none"]
    return Figures(
        groups=len(found.groups),
        missing_role=_with("missing_role", found.groups),
        missing_by_role={role: sum(role in each.missing for each in found.groups) for role in ROLES},
        silent=_with("silent", found.groups),
        spanning=_with("spanning", found.groups),
        no_cover=_with("no_cover", found.groups),
        buildings=len(found.houses),
        uncovered_buildings=len(uncovered),
        shared_buildings=sum(house.cover == "several" for house in found.houses),
        households=homes_of((house.homes for house in found.houses), least=least),
        uncovered_households=homes_of((house.homes for house in uncovered), least=least),
        least=least,
    )


def homes_of(homes: Iterable[int], *, least: int) -> int:
    """The households of houses together, as they may be told to who may see no fewer than `least` of them."""
    return published_sum(((each, each) for each in homes), k=least)


def _with(problem: Problem, found: Sequence[Group]) -> int:
    return sum(problem in each.problems for each in found)
