"""A town made of annotated addresses, and the same addresses with a mistake in each, to try the matcher on.

**The town.** Each address names a place: its annotated pois one after the other or, where it has none, its
road and number, or its community and number. Two addresses name the same place when that name is the same
and nothing else that both state (province, city, district, town, community, road and number) differs. A
place with annotated building numbers becomes a compound with those buildings; any other stands by itself.
Every place gets a point of its own. Names, roads and areas are as annotated, not as the parser reads them.

**The truth** of an address is its building or, where it has no building number, its place. Where the address
alone fits several (one name in two towns, and the address states no town), any of them is a right
first answer, but assigning another than its own counts as wrong: asking was the honest answer.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from gis.geolocation.address.corpus import Annotated
from gis.geolocation.address.numerals import number
from gis.geolocation.address.parts import NUMBERS
from gis.geolocation.matching.folding import folded
from gis.geolocation.matching.index import PlaceIndex, Target
from gis.geolocation.matching.places import Building, Compound

_AREAS = ("province", "city", "district", "town", "community")


class Stated(NamedTuple):
    """What an address states: the name of its place, its building's number, and everything around it."""

    name: str
    building: str
    around: dict[str, str]


@dataclass(slots=True)
class _Site:
    """One place of the town: everything that any of its addresses states."""

    name: str
    around: dict[str, str]
    buildings: dict[str, str] = field(default_factory=dict)

    def fits(self, around: dict[str, str]) -> bool:
        return all(_same(self.around.get(key), value) for key, value in around.items())


@dataclass(frozen=True, slots=True)
class Town:
    """An index, and the places that each address means: its own first, then others that it fits as well."""

    index: PlaceIndex
    truths: list[list[Target]]


def stated(address: Annotated) -> Stated | None:
    """What an address states; None where it names no place at all (a province and a city)."""
    words: dict[str, list[str]] = defaultdict(list)
    for span in address.spans:
        kind = "road" if span.kind == "road_number" else span.kind
        if span.label not in ("country", "redundant"):
            joint = "-" if address.text[span.start - 1 : span.start] == "-" and span.kind in NUMBERS else ""
            words[kind].append(joint * bool(words[kind] or kind == "building") + address.text[span.start : span.end])
    around = {kind: words[kind][0] for kind in _AREAS if words[kind]}
    if words["road"]:
        around["road"] = "".join(words["road"])
    building = words["building"][0] if words["building"] else ""
    if words["place"] or not words["road"]:
        building = building.removeprefix("-")
    if words["place"]:
        name = "".join(words["place"])
    elif words["road"]:
        name = around.get("community", "") * (not _is_street(around["road"])) + around.pop("road")
    elif "community" in around:
        name = around["community"]
    else:
        return None
    return Stated(name, building, around)


def town_of(addresses: Iterable[Annotated]) -> tuple[Town, list[Annotated]]:
    """The town that these addresses make, and those of them that name a place, in the order of its truths."""
    told = [(a, s) for a in addresses if (s := stated(a)) is not None]
    sites: dict[str, list[_Site]] = defaultdict(list)
    for _, says in sorted(told, key=lambda t: -len(t[1].around)):
        known = sites[folded(says.name)]
        site = next((s for s in known if s.fits(says.around)), None)
        if site is None:
            site = _Site(says.name, {})
            known.append(site)
        site.around = says.around | site.around
        if says.building:
            site.buildings.setdefault(number(says.building), says.building)
    index, where = _built(site for them in sites.values() for site in them)
    truths = []
    for _, says in told:
        fitting = [s for s in sites[folded(says.name)] if s.fits(says.around)]
        found = [where.get((id(s), number(says.building) if says.building else "")) for s in fitting]
        truths.append([target for target in found if target is not None])
    return Town(index, truths), [a for a, _ in told]


def right_for(truths: list[Target], left_out: str, index: PlaceIndex) -> list[Target]:
    """What may be answered: the truths and, where the building was left out of the text, its compound."""
    if left_out != "building":
        return truths
    homes = [t.compound_id for t in truths if isinstance(t, Building) and t.compound_id is not None]
    return [*truths, *(index.targets[index.compound_at[home]] for home in homes)]


def _built(sites: Iterable[_Site]) -> tuple[PlaceIndex, dict[tuple[int, str], Target]]:
    compounds: list[Compound] = []
    buildings: list[Building] = []
    where: dict[tuple[int, str], Target] = {}
    for n, site in enumerate(sites):
        areas = tuple((level, site.around[level]) for level in _AREAS if level in site.around)
        road = site.around.get("road", "")
        if site.buildings:
            compound = Compound(n, 1, site.name, (), road, areas)
            compounds.append(compound)
            where[id(site), ""] = compound
        for value, words in (site.buildings or {"": ""}).items():
            at = len(buildings)
            home = n if site.buildings else None
            lon, lat = 100 + at % 300 / 100, 25 + at // 300 / 100
            joint = "号" if site.name[-1:].isdigit() and words[:1].isdigit() else ""
            place = Building(at, 1, f"T{at}", site.name + joint + words, (), home, lon, lat, road, areas)
            buildings.append(place)
            where[id(site), value] = place
    return PlaceIndex(compounds, buildings), where


def _same(mine: str | None, theirs: str | None) -> bool:
    """Whether two statements agree: one is silent, or begins with the other (杭州, 杭州市)."""
    if mine is None or theirs is None:
        return True
    a, b = folded(mine), folded(theirs)
    return a.startswith(b) or b.startswith(a)


def _is_street(road: str) -> bool:
    return any(c in "路街巷弄道" for c in road)


def shuffled_thirds(addresses: list[Annotated], seed: int) -> list[list[Annotated]]:
    """The addresses in three parts of one size, each the size of a smaller corpus."""
    order = addresses.copy()
    random.Random(seed).shuffle(order)  # noqa: S311
    return [order[i::3] for i in range(3)]
