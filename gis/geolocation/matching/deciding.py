"""From ranked places to what is done about them: assign one, ask a person, or say nothing.

A compound counts as a whole: where the text names it and no building of it that is known, the question is
not which of its buildings is likeliest but whether the compound is meant, and that can be sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from gis.geolocation.matching.confidence import (
    ASK_FROM,
    ASSIGN_FROM,
    UNSETTLED_AT_MOST,
    Verdict,
    confidence,
    shared,
    verdict,
)
from gis.geolocation.matching.evidence import FAR
from gis.geolocation.matching.matcher import Ranked
from gis.geolocation.matching.places import Building, Compound, Place


class Decided(NamedTuple):
    """The places that come into question, the likeliest first, and what to do about the first of them.

    `compound` is the one that is surely meant, as a whole or by a building of it that is not known.
    """

    ranked: tuple[Ranked, ...]
    verdict: Verdict
    compound: Ranked | None = None


def decided(ranked: Sequence[Ranked]) -> Decided:
    """What to do about the places that `match` has found.

    A compound is assigned as a whole where the text has its very name and states no number of anything in it.
    """
    said = verdict(ranked[0].evidence, ranked[0].confidence) if ranked else "unknown"
    whole = None if said == "assigned" else _whole_compound(ranked)
    if whole is not None and _names_the_whole(whole):
        said, ranked = "assigned", _first(whole, ranked)
    return Decided(tuple(one for one in ranked if one.confidence >= ASK_FROM), said, whole)


def with_its_compound(found: Decided) -> tuple[Ranked, ...]:
    """The places in question; first the compound whose building is not known, as likely as such a place can be."""
    whole = found.compound
    if whole is None or whole.evidence.number != "unknown":
        return found.ranked
    others = [one for one in found.ranked if one.target != whole.target]
    total = sum(one.confidence for one in others)
    share = min(1.0, (1 - UNSETTLED_AT_MOST) / total) if total else 1.0
    rest = [one._replace(confidence=one.confidence * share) for one in others]
    return (whole._replace(confidence=UNSETTLED_AT_MOST), *rest)


def _whole_compound(ranked: Sequence[Ranked]) -> Ranked | None:
    """The best compound with the chance that it is meant whatever its building, if that is sure."""
    named = next((one for one in ranked if isinstance(one.target, Compound)), None)
    if named is None:
        return None
    bare = replace(named.evidence, number="silent", loose=False)
    others = [one.evidence.score() for one in ranked if _home(one) != named.target.id]
    lead = bare.score() - max(others, default=bare.score() - FAR)
    chance = confidence(bare, lead)
    return named._replace(confidence=chance, lead=lead) if chance >= ASSIGN_FROM else None


def _names_the_whole(whole: Ranked) -> bool:
    evidence = whole.evidence
    return evidence.bare and evidence.how == "exact" and evidence.street != "differs"


def _first(whole: Ranked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The compound, then the others, whose chances share what it leaves."""
    others = [one for one in ranked if one.target != whole.target]
    chances = shared([whole.confidence, *(one.confidence for one in others)])
    return [one._replace(confidence=chance) for one, chance in zip([whole, *others], chances, strict=True)]


def _home(ranked: Ranked) -> int | None:
    """The id of the compound that a place is or stands in."""
    target = ranked.target
    if isinstance(target, Building | Place):
        return target.compound_id
    return target.id if isinstance(target, Compound) else None
