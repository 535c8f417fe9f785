"""Places that a text means from where its sender is: the east gate, the kindergarten, 我家, a bare 3栋, a road."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from gis.geolocation.address.parts import NAMES
from gis.geolocation.matching.context import Context
from gis.geolocation.matching.evidence import Evidence
from gis.geolocation.matching.index import PlaceIndex
from gis.geolocation.matching.lexicon import Hit
from gis.geolocation.matching.places import Compound, Place
from gis.geolocation.matching.reading import Offsets, Reading

Found = dict[int, Evidence]
"""Evidence for places by their position in the index; one Evidence may serve several until it is weighed."""

_NUMBER_WORTH = 0.8
"""The quality of a building that was read from its number alone, where the sender is."""

_HOME_WORTH = 0.9
"""The quality of the sender's own building, which the text calls its home."""

_WELL_READ = 0.75
"""Misspelled names of this quality have their last word (红心幼儿园) to themselves."""

_TELLS_NOTHING = 8
"""A word for more places than this, with nothing to choose between them, names none."""

_APART = 5
"""How many characters may stand between a compound's name and its gate's (金佛尚城小区的东门)."""

_MY_HOME = re.compile(
    r"(?:我们?|咱们?|俺|自己?)的?[家屋](?:住?的)?(?:楼|门|窗|里|外|后|前|对面|旁|隔壁|附近|厨|卫|厕|阳台|客厅|天花|停|漏|没|水|电|气|这)"
    r"|(?<![大人国他她邻别专公商])家(?:里|门口|楼下)"
    r"|我们?(?:这|住的)?(?:一?[栋幢]|个?楼|单元)"
)
"""A stretch of text that speaks of the sender's own building; 我家亲戚 does not."""


def add_local(found: Found, reading: Reading, index: PlaceIndex, context: Context) -> None:
    """Add the places that a local word means (东门口 of the compound that is named, or of the sender's own).

    A building that the text states by its number says more than a gate beside it; a compound whose gate is
    known says less than the gate.
    """
    if any(e.number in ("agrees", "fits") and e.how == "exact" for e in found.values()):
        return
    compounds = {i: e for i, e in found.items() if isinstance(index.targets[i], Compound)}
    others = any(e.how == "exact" and e.settled for e in found.values())
    misread = {(e.start, e.end) for e in found.values() if e.how in ("sound", "like") and e.quality >= _WELL_READ}
    for hit in reading.hits:
        bearers = index.bearers.get(hit.name)
        if bearers is None or hit.how != "exact" or not bearers.local:
            continue
        start, end = reading.span(hit)
        read = Evidence(1.0, hit.end - hit.start, "local", start, end)
        if within(read, misread - {(start, end)}):
            continue
        places = [i for i in bearers.local if context.community_id in (None, index.targets[i].community_id)]
        theirs = {i: compounds[home] for i in places if (home := index.compound_of(i)) in compounds}
        if theirs:
            for i, compound in theirs.items():
                found[i] = _of_compound(read, compound)
            _drop_compounds(found, theirs, index)
        elif not others:
            found |= _where_the_sender_is(places, read, index, context)


def _of_compound(read: Evidence, compound: Evidence) -> Evidence:
    """The evidence for a gate that is named beside its compound, as good as the compound's."""
    gap = max(read.start - compound.end, compound.start - read.end)
    span = (min(read.start, compound.start), max(read.end, compound.end)) if gap <= _APART else (read.start, read.end)
    length = read.length + compound.length
    return replace(compound, length=length, start=span[0], end=span[1], number="silent", unknown_span=None)


def _drop_compounds(found: Found, places: Iterable[int], index: PlaceIndex) -> None:
    homes = {index.compound_of(i) for i in places}
    kept = set(places)
    for i in list(found):
        if i in homes or (i not in kept and index.compound_of(i) in homes):
            del found[i]


def _where_the_sender_is(places: list[int], read: Evidence, index: PlaceIndex, context: Context) -> Found:
    """Of places of one local name those where the sender is; else those that anybody may mean, unsettled."""
    standing = {i: place for i in places if isinstance(place := index.targets[i], Place)}
    covered = {i for i, place in standing.items() if context.covers(place)}
    own = {i for i, place in standing.items() if context.at_home(place, index)}
    if here := (covered & own) or covered or own:
        return dict.fromkeys(here, read)
    if not context.empty:
        standing = {i: place for i, place in standing.items() if place.compound_id is None}
    if len(standing) > _TELLS_NOTHING:
        return {}
    return {i: replace(read, adrift=True) for i in standing}


def by_number(reading: Reading, index: PlaceIndex, context: Context) -> Found:
    """Buildings where the sender is whose number is the only one in a text that names no place before it."""
    said = {house.value: house for house in reading.buildings}
    if len(said) != 1 or context.empty:
        return {}
    value, house = next(iter(said.items()))
    if any(part.kind in NAMES and part.start < house.span[0] for part in reading.parts):
        return {}
    bearing = {i: building for i in index.by_number.get(value, []) for building in index.standing_at(i)}
    covered = {i for i, building in bearing.items() if context.covers(building)}
    own = {i for i, building in bearing.items() if context.at_home(building, index)}
    return {
        i: Evidence(
            _NUMBER_WORTH,
            0,
            "number" if i in covered else "home",
            *house.span,
            "agrees",
            number_words=value,
            context=context.says(i, index),
        )
        for i in (covered & own) or (covered | own)
    }


def by_home(reading: Reading, index: PlaceIndex, context: Context) -> Found:
    """The sender's own building, where the text calls a place its home and states no building's number."""
    home = context.home(index)
    if home is None or reading.buildings or context.community_id not in (None, home.community_id):
        return {}
    match = _MY_HOME.search(reading.text)
    if match is None:
        return {}
    i = index.building_at[home.id]
    return {i: Evidence(_HOME_WORTH, 0, "home", *match.span(), "agrees", context=context.says(i, index))}


def by_road(found: Found, reading: Reading, index: PlaceIndex, context: Context) -> Found:
    """A road that is named without a number in a text that names nothing else: the road as a whole.

    What was found in the road's own words, its houses and misspelled names like it, is nothing else.
    """
    roads: dict[int, Hit] = {}
    for hit in reading.hits:
        if hit.how == "exact" and not reading.houses_after(hit):
            roads |= dict.fromkeys(index.road_at.get(hit.name, ()), hit)
    roads = {i: hit for i, hit in roads.items() if context.community_id in (None, index.targets[i].community_id)}
    spans = [reading.span(hit) for hit in roads.values()]
    if any((e.settled and e.how == "exact") or not within(e, spans) for e in found.values()):
        return {}
    return {
        i: Evidence(1.0, hit.end - hit.start, "exact", *reading.span(hit), context=context.says(i, index))
        for i, hit in roads.items()
    }


def within(evidence: Evidence, spans: Iterable[Offsets]) -> bool:
    """Whether a name was read inside of one of some stretches of text."""
    return any(start <= evidence.start and evidence.end <= end for start, end in spans)
