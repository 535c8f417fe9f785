"""From a text to the places that it may mean, the likeliest first.

The parts that the parser reads and the names that the gazetteer knows are laid side by side: a name is
looked for where it stands, in part, by sound and by look; the number behind it chooses the building; road
and number, the areas named before it, and what is known of the sender tell places of one name apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from gis.geolocation.matching.confidence import confidence, shared
from gis.geolocation.matching.context import Context
from gis.geolocation.matching.evidence import FAR, Evidence, NumberSays, StreetSays
from gis.geolocation.matching.index import Bearers, PlaceIndex, Target
from gis.geolocation.matching.lexicon import Hit
from gis.geolocation.matching.nearby import Found, add_local, by_home, by_number, by_road, within
from gis.geolocation.matching.places import Place
from gis.geolocation.matching.reading import House, Offsets, Reading

_STREET_WORTH = 0.85
"""The quality of a place that was read from its address alone."""

_MOST = 10
_MOST_OF_A_NAME = 14
_WEIGHED = 14
"""So many places, the best by name and number, are looked at closely."""

_NOWHERE = Context()


class Ranked(NamedTuple):
    """A place, how likely it is the one meant, and why."""

    target: Target
    confidence: float
    evidence: Evidence
    lead: float
    """By how much its score is ahead of the best other one."""


def match(text: str, index: PlaceIndex, context: Context = _NOWHERE) -> list[Ranked]:
    """The places that a text may mean, at most ten, the likeliest first."""
    return match_reading(Reading.of(text), index, context)


def match_reading(reading: Reading, index: PlaceIndex, context: Context = _NOWHERE) -> list[Ranked]:
    """As `match`, for a text that has been read already."""
    reading.hits = index.lexicon.find(reading.folded.text)
    found = _weighed(_found(reading, index, context), reading, index, context)
    if not any(_settles(evidence) for evidence in found.values()):
        for start, end in reading.windows():
            reading.hits += index.lexicon.find_alike(reading.folded.text, start, end)
        found = _weighed(_found(reading, index, context), reading, index, context)
    if all(evidence.how == "local" for evidence in found.values()):
        found = by_number(reading, index, context) or found
    if all(evidence.adrift for evidence in found.values()):
        found = by_home(reading, index, context) or found
    return _ranked(by_road(found, reading, index, context) or found, index)


def _found(reading: Reading, index: PlaceIndex, context: Context) -> Found:
    found: Found = {}
    for hit in reading.hits:
        _by_name(hit, reading, index, context, found)
        _by_street(hit, reading, index, found)
    if context.community_id is not None:
        found = {i: e for i, e in found.items() if index.targets[i].community_id == context.community_id}
    exact = [(e.start, e.end) for e in found.values() if e.how == "exact"]
    for i, evidence in list(found.items()):
        # 金佛尚城站 is no misreading of 金佛尚城, where that is a name.
        if isinstance(index.targets[i], Place) and evidence.how != "exact" and within(evidence, exact):
            del found[i]
    add_local(found, reading, index, context)
    return found


def _by_name(hit: Hit, reading: Reading, index: PlaceIndex, context: Context, found: Found) -> None:
    """Places that bear the name of a hit, with the numbers that follow it."""
    bearers = index.bearers.get(hit.name)
    if bearers is None:
        return
    start, end = reading.span(hit)
    read = Evidence(hit.quality, hit.end - hit.start, hit.how, start, end)
    accepted = [i for i in bearers.accepted if context.community_id in (None, index.targets[i].community_id)]
    if accepted and hit.how == "exact" and not reading.houses_after(hit):
        for i in accepted:
            _keep(found, i, replace(read, accepted=True))
        return
    houses = [part for house in reading.houses_after(hit) for part in _split(house, bearers)]
    chosen = _chosen(houses, bearers) or _chosen(reading.buildings_free_of(hit), bearers)
    if chosen is not None:
        says: NumberSays = "agrees" if chosen.said and houses[:1] == [chosen] else "fits"
        rest = houses[houses.index(chosen) + 1 :] if chosen in houses else []
        named = replace(read, number=says, number_span=chosen.span, number_words=chosen.value)
        for i in bearers.numbered[chosen.value]:
            _with_building(i, rest, named, index, found)
    said = chosen is not None or (bool(houses) and houses[0].said)
    stated = chosen or (houses[0] if said else None)
    unknown = replace(read, number="unknown", number_words=stated.value, unknown_span=stated.span) if stated else read
    for i in bearers.plain:
        known = chosen is not None or i in index.of_compound
        _keep(found, i, unknown if known else read)
    if chosen is None:
        _with_other_numbers(houses[0] if houses else None, bearers, read, found)


def _with_other_numbers(house: House | None, bearers: Bearers, read: Evidence, found: Found) -> None:
    """Places of a name, each with a number, where the text has none of them."""
    others = [(value, i) for value, them in bearers.numbered.items() for i in them]
    if house is None:
        lacking = replace(read, number="lacking")
        for _, i in others[:_MOST_OF_A_NAME]:
            _keep(found, i, lacking)
        return
    stated = replace(read, number_span=house.span, number_words=house.value)
    near = replace(stated, number="near")
    far = replace(stated, number="differs" if house.said else "lacking")
    others.sort(key=lambda other: not _near(house.value, other[0]))
    for value, i in others[:_MOST_OF_A_NAME]:
        _keep(found, i, near if _near(house.value, value) else far)


def _by_street(hit: Hit, reading: Reading, index: PlaceIndex, found: Found) -> None:
    """Places whose address is the road and number of a hit; a second number chooses the building there."""
    numbers = index.streets.get(hit.name)
    houses = reading.houses_after(hit) if numbers else []
    if not numbers or not houses:
        return
    house, *rest = houses
    start, end = reading.span(hit)
    read = Evidence(_STREET_WORTH * hit.quality, hit.end - hit.start, hit.how, start, max(end, house.span[1]))
    rest = rest or [building for building in reading.buildings if building.span != house.span]
    for i in numbers.get(house.value, []):
        _with_building(i, rest, read, index, found)


def _with_building(i: int, houses: list[House], read: Evidence, index: PlaceIndex, found: Found) -> None:
    """A place, or the building with the next number in it where it is a compound that has one."""
    within = index.of_compound.get(i)
    if within is None or not houses:
        _keep(found, i, read)
        return
    house = houses[0]
    _keep(found, i, replace(read, number="unknown", number_words=house.value, unknown_span=house.span))
    there = replace(read, number="agrees" if house.said else "fits", number_span=house.span, number_words=house.value)
    for j in within.get(house.value, []):
        _keep(found, j, there)


def _keep(found: Found, i: int, evidence: Evidence) -> None:
    held = found.get(i)
    if held is None or evidence.score() > held.score():
        found[i] = evidence


def _split(house: House, bearers: Bearers) -> list[House]:
    """A number as it is where some place bears it, else the numbers that its hyphens join."""
    if "-" not in house.value or house.value in bearers.numbered:
        return [house]
    return [House(value, house.said, house.span) for value in house.value.split("-") if value]


def _chosen(houses: list[House], bearers: Bearers) -> House | None:
    """The number that says which bearer of a name is meant: the first, or a later one that is said to be one."""
    for n, house in enumerate(houses):
        if house.value in bearers.numbered and (n == 0 or house.said):
            return house
    return None


def _near(said: str, own: str) -> bool:
    """Whether two numbers differ by one digit that one of them lacks."""
    short, long = sorted((said, own), key=len)
    return len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _weighed(found: Found, reading: Reading, index: PlaceIndex, context: Context) -> Found:
    """The best places with all that the rest of the text and the context say of each."""
    areas = {hit.name: reading.span(hit) for hit in reading.hits if hit.name in index.levels and hit.how != "part"}
    levels = {level for name in areas for level in index.levels[name]}
    scored = sorted(found, key=lambda i: (-found[i].score() - context.says(i, index), i))
    weighed: Found = {}
    for i in scored[:_WEIGHED]:
        evidence = replace(found[i])
        explained = [(evidence.start, evidence.end)]
        evidence.street = _street(i, evidence, reading, index, explained)
        for level, name in index.areas[i].items():
            if name in areas:
                evidence.areas_agree += 1
                explained.append(areas[name])
            elif level in levels:
                evidence.areas_differ += 1
        if not evidence.accepted:
            evidence.unexplained = reading.unexplained(explained)
        evidence.loose = reading.states_another_building(evidence, index.numbers[i])
        evidence.bare = reading.states_no_number(evidence)
        evidence.context = context.says(i, index)
        weighed[i] = evidence
    return weighed


def _street(i: int, evidence: Evidence, reading: Reading, index: PlaceIndex, explained: list[Offsets]) -> StreetSays:
    """What the roads in the text say of a place's address; the spans that agree are added to `explained`."""
    street = index.street_of[i]
    says: StreetSays = "silent"
    if street is None:
        return says
    for hit in reading.hits:
        if hit.name != street[0]:
            continue
        explained.append(reading.span(hit))
        houses = reading.houses_after(hit)
        if houses and houses[0].value == street[1]:
            return "agrees"
        other = bool(houses) and houses[0].said and houses[0].span != evidence.number_span
        says = "differs" if other else "road"
    return says


def _settles(evidence: Evidence) -> bool:
    """Whether a place has been read as it is, with nothing left over."""
    return (
        evidence.how in ("exact", "local")
        and not evidence.adrift
        and evidence.unexplained < 0.05
        and evidence.number in ("agrees", "silent")
        and not evidence.areas_differ
    )


def _ranked(found: Found, index: PlaceIndex) -> list[Ranked]:
    scores = sorted(((evidence.score(), -i) for i, evidence in found.items()), reverse=True)[:_MOST]
    ranked = []
    for place, (score, i) in enumerate(scores):
        rival = scores[1 if place == 0 else 0][0] if len(scores) > 1 else score - FAR
        lead = score - rival
        ranked.append(Ranked(index.targets[-i], confidence(found[-i], lead), found[-i], lead))
    ranked.sort(key=lambda r: -r.confidence)
    chances = shared([r.confidence for r in ranked])
    return [r._replace(confidence=chance) for r, chance in zip(ranked, chances, strict=True)]
