"""What a person types to find matters, and what each word of it may mean.

One box takes everything: words of the message, a building, compound or other place, a grid, a matter's number, and,
for who may see persons in clear, a telephone number or `反映人:张三`. Words are parted by spaces, and a matter fits
if it fits each; what stands in quotation marks is words and nothing else. A word that can be read in several ways
finds the matters of all of them, and the answer says which those were.

Words are found by the pairs of their characters (`issue.word_pairs`), whose operator is leakproof: its index serves
under the policies. The function that then looks closely is not, and sees only rows that the policies gave.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, said
from gis.geolocation.gazetteer import Building, Match, Standing, current_gazetteer
from gis.geolocation.matching.confidence import ASSIGN_FROM
from gis.geolocation.matching.context import Context
from gis.security.audit import phone_marks, record
from gis.security.numbers import normal_phone
from gis.security.permissions import may
from gis.security.sealed import REPORTER_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import LARGEST_ID, SRID, grid, issue

MOST_WORDS = 6
AROUND_DEG = 0.0003
"""A matter this near a place that is no building, about 30 m, is one at that place."""

_SAID = re.compile(r'["“”]([^"“”]+)["“”]|(\S+)')
_PHONE = re.compile(r"\+?[0-9][0-9()-]{6,19}")
_REPORTER = re.compile(r"(?:反映人|reporter)[:：](.+)", re.IGNORECASE)
_NUMBER = re.compile(r"[#＃]?([0-9]{1,18})")
_GRID_ENDS = ("网格", "grid")

Kind = Literal["words", "place", "grid", "number", "phone", "reporter"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a word was read. `name` is what was found: the place, the grid, the words themselves.

    `fits` finds the matters by what an index serves, `closely` keeps of them those that truly fit.
    """

    kind: Kind
    name: str
    fits: ColumnElement[bool] = field(compare=False, repr=False)
    closely: ColumnElement[bool] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Term:
    """One word that was typed, and its readings; what was `quoted` has one only.

    `withheld`: it may be a person, and the reader may not look for one.
    """

    said: str
    readings: tuple[Reading, ...]
    quoted: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed, word by word."""

    terms: tuple[Term, ...]

    def conditions(self) -> list[ColumnElement[bool]]:
        """The search as SQL, on the columns of `issue`."""
        found = []
        for term in self.terms:
            found.append(or_(false(), *(each.fits for each in term.readings)))
            found.append(or_(false(), *(each.closely for each in term.readings)))
        return found


def read_search(connection: Connection, typed: str, *, actor: Actor, community: int | None = None) -> Search:
    """Read what somebody typed; `community` is the id of the one whose places and grids are meant.

    Who looks for a person is on record, as in the lists of households. Raises InvalidInput for more than
    `MOST_WORDS` words.
    """
    words = [(quoted or bare, bool(quoted)) for quoted, bare in _SAID.findall(typed)]
    if len(words) > MOST_WORDS:
        raise InvalidInput([Fault("q", "too_many_words", said("must be at most {most} words", most=MOST_WORDS))])
    terms = [
        Term(word, (_words(word),), quoted=True) if quoted else _term(connection, word, actor, community)
        for word, quoted in words
    ]
    _note_persons(connection, terms, actor)
    return Search(tuple(terms))


def _term(connection: Connection, word: str, actor: Actor, community: int | None) -> Term:
    reporter = _REPORTER.fullmatch(word)
    clear = may(actor, "unmask")
    if reporter:
        named = _one("reporter", reporter[1], issue.c.reporter_name == reporter[1])
        return Term(word, (named,) if clear else (), withheld=not clear)
    readings = [_words(word), *_places(connection, word, community), *_grids(connection, word, community)]
    readings += _numbers(word)
    phone = _PHONE.fullmatch(word) is not None and len(normal_phone(word)) >= 7
    if phone and clear:
        equal = REPORTER_PHONE.equals(vault_of(connection), word)
        readings.append(_one("phone", word, equal))
    return Term(word, tuple(readings), withheld=phone and not clear)


def _one(kind: Kind, name: str, condition: ColumnElement[Any]) -> Reading:
    return Reading(kind, name, condition, condition)


def _words(word: str) -> Reading:
    return Reading("words", word, _holds_pairs(word), _holds(word))


def _holds_pairs(word: str) -> ColumnElement[bool]:
    return issue.c.word_pairs.bool_op("@>")(func.word_pairs(word))


def _holds(word: str) -> ColumnElement[bool]:
    words = func.plain_words(func.concat_ws("\n", issue.c.text, issue.c.address, issue.c.answer))
    return func.strpos(words, func.plain_words(word)) > 0


def _places(connection: Connection, word: str, community: int | None) -> list[Reading]:
    """The place that a word names, and with it what is left of the word (`金佛尚城漏水`)."""
    found = current_gazetteer(connection).find(word, Context())
    standing = [each for each in found.places if community in (None, each.community_id)]
    sure = found.confidence >= ASSIGN_FROM or found.read == word or _names_a_compound(found)
    if not standing or not found.read or not sure:
        return []
    buildings = [each.id for each in standing if isinstance(each, Building)]
    at = [issue.c.building_id == func.any(buildings)] if buildings else []
    at += [_around(each.lon, each.lat) for each in standing if not isinstance(each, Building)]
    there, name = or_(*at), _named(found, standing)
    rest = word.replace(found.read, "", 1).strip()
    if not rest:
        return [_one("place", name, there)]
    return [Reading("place", f"{name} · {rest}", and_(there, _holds_pairs(rest)), and_(there, _holds(rest)))]


def _named(found: Match, standing: Sequence[Standing]) -> str:
    if found.whole is not None:
        return found.whole.name
    return found.read if len(standing) > 3 else "、".join(each.name for each in standing)


def _names_a_compound(found: Match) -> bool:
    """Whether the words are all the buildings of one compound, though more is said than its name."""
    homes = {each.compound_id for each in found.places}
    return not found.adrift and len(homes) == 1 and None not in homes


def _around(lon: float, lat: float) -> ColumnElement[bool]:
    centre = func.ST_SetSRID(func.ST_MakePoint(lon, lat), SRID)
    return issue.c.geom.bool_op("&&")(func.ST_Expand(centre, AROUND_DEG))


def _grids(connection: Connection, word: str, community: int | None) -> list[Reading]:
    """The grids with this code or name; of a name that ends as grids' names do, also the end alone."""
    named = [grid.c.code == word, grid.c.name == word]
    if word.lower().endswith(_GRID_ENDS):
        named.append(grid.c.name.endswith(word, autoescape=True))
    query = select(grid.c.id, grid.c.name).where(or_(*named)).order_by(grid.c.code)
    if community is not None:
        query = query.where(grid.c.community_id == community)
    rows = connection.execute(query).all()
    ids, names = [row.id for row in rows], "、".join(row.name for row in rows[:3])
    return [_one("grid", names, issue.c.grid_id == func.any(ids))] if rows else []


def _numbers(word: str) -> list[Reading]:
    """A matter's own number, or the one that its sender gave it."""
    own = _NUMBER.fullmatch(word)
    if own is None and not any("0" <= sign <= "9" for sign in word):
        return []
    named = [issue.c.external_id == word]
    if own and int(own[1]) <= LARGEST_ID:
        named.append(issue.c.id == int(own[1]))
    return [_one("number", word, or_(*named))]


def _note_persons(connection: Connection, terms: list[Term], actor: Actor) -> None:
    for term in terms:
        for reading in term.readings:
            if reading.kind == "phone":
                sought = {"by": "phone", "phones": list(phone_marks(connection, reading.name))}
                record(connection, actor, "search", detail=sought)
            elif reading.kind == "reporter":
                record(connection, actor, "search", detail={"by": "reporter"})
