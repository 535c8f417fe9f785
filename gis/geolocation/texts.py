"""What a text says of a place: its parts, the places that it may mean, and what to do about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gis.geolocation.address.parts import Part
from gis.geolocation.boundaries import GridRef
from gis.geolocation.clues import Knowledge
from gis.geolocation.gazetteer import Building, Compound, Place, Road, Standing
from gis.geolocation.households import Household, household_of, households
from gis.geolocation.matching.confidence import Verdict
from gis.geolocation.matching.context import Context
from gis.geolocation.matching.deciding import Decided, decided, with_its_compound
from gis.geolocation.matching.evidence import Evidence
from gis.geolocation.matching.index import PlaceIndex, Target
from gis.geolocation.matching.matcher import Ranked, match_reading
from gis.geolocation.matching.reading import Reading

_NUMBERS = {
    "agrees": "number {number}",
    "fits": "number {number}",
    "lacking": "its number is not in the text",
    "unknown": "no building {number} is known there",
    "near": "{number} in the text is a digit off",
    "differs": "another number than {number}",
}
_HOW = {
    "exact": "named",
    "part": "named in part",
    "sound": "named by its sound",
    "like": "named with a mistake",
    "number": "only its number, in the group's buildings",
    "local": "what it is called where the sender is",
    "home": "the sender's own home",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a text may mean: a building, another place, or a compound or a road as a whole.

    `household` is set where the text names a single door of the building. `grid` is the one that holds the
    building or place, or all buildings of the compound; None when they lie in several or outside. A road in
    several grids is a candidate in each.
    """

    building: Building | None
    place: Place | None
    compound: Compound | None
    road: Road | None
    household: Household | None
    grid: GridRef | None
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class LocatedText:
    """Parts in their order, candidates the likeliest first; `decision` is about the first of them."""

    parts: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    decision: Verdict


def read_text(
    connection: Connection, knowledge: Knowledge, text: str, *, context: Context, at: datetime
) -> LocatedText:
    """What a text says of a place, with the grids as of `at`.

    Stores nothing. Households are looked up for a building that would be assigned or asked about.
    """
    reading, found = _matched(text, knowledge.gazetteer.index, context)
    candidates: list[Candidate] = []
    decision = found.verdict
    for one in with_its_compound(found):
        inside = knowledge.gazetteer.inside(one.target)
        if isinstance(one.target, Road):
            in_each = _on_road(one, inside, knowledge, at)
            candidates += in_each
            decision = "ask" if len(in_each) > 1 else decision
            continue
        grids = knowledge.boundaries.grids_of(inside, at)
        home = None
        if isinstance(one.target, Building) and one.evidence.settled:
            home = household_of(_behind(reading.parts, one.evidence), households(connection, one.target.id))
        candidates.append(_candidate(one, grids.pop() if len(grids) == 1 else None, home))
    return LocatedText(tuple(reading.parts), tuple(candidates), decision)


def _on_road(ranked: Ranked, inside: Sequence[Standing], knowledge: Knowledge, at: datetime) -> list[Candidate]:
    """A road in each of its grids, as likely as its buildings are many there."""
    held = knowledge.boundaries.in_force(at, ranked.target.community_id).holding(inside)
    counted = Counter(grid for grid in held if grid)
    shares = sorted(counted.items(), key=lambda share: (-share[1], share[0].code))
    total = counted.total()
    return [_candidate(ranked._replace(confidence=ranked.confidence * n / total), grid, None) for grid, n in shares]


def read_text_from(index: PlaceIndex, text: str, *, context: Context | None = None) -> LocatedText:
    """As `read_text`, from a gazetteer alone: without grids and households."""
    reading, found = _matched(text, index, context or Context())
    return LocatedText(
        tuple(reading.parts), tuple(_candidate(r, None, None) for r in with_its_compound(found)), found.verdict
    )


def _matched(text: str, index: PlaceIndex, context: Context) -> tuple[Reading, Decided]:
    reading = Reading.of(text)
    return reading, decided(match_reading(reading, index, context))


def _behind(parts: Sequence[Part], evidence: Evidence) -> list[Part]:
    """The parts behind a building's name and number."""
    start = max(evidence.end, evidence.number_span[1] if evidence.number_span else 0)
    return [part for part in parts if part.start >= start]


def _candidate(ranked: Ranked, grid: GridRef | None, home: Household | None) -> Candidate:
    target: Target = ranked.target
    return Candidate(
        building=target if isinstance(target, Building) else None,
        place=target if isinstance(target, Place) else None,
        compound=target if isinstance(target, Compound) else None,
        road=target if isinstance(target, Road) else None,
        household=home,
        grid=grid,
        confidence=round(ranked.confidence, 3),
        why=_why(ranked.evidence),
    )


def _why(evidence: Evidence) -> str:
    """The evidence in a few words, the strongest first."""
    said = [_HOW[evidence.how]]
    if evidence.number in _NUMBERS:
        said.append(_NUMBERS[evidence.number].format(number=evidence.number_words))
    if evidence.street == "agrees":
        said.append("road and number agree")
    if evidence.street == "differs":
        said.append("another number of its road")
    if evidence.areas_agree:
        said.append("the area agrees")
    if evidence.areas_differ:
        said.append("another area is named")
    if evidence.unexplained >= 0.2:
        said.append("the text names more than this place")
    if evidence.context:
        said.append("the sender is from there" if evidence.context > 0 else "the sender is from elsewhere")
    return "; ".join(said)
