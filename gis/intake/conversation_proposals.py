"""What a pasted conversation proposes: its matters, each with its place, topic, grid and likely duplicates.

Nothing is written here, and nothing of it is stored: it follows from the sealed text and from what is known now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from gis.actor import SYSTEM
from gis.geolocation.clues import Clues, Knowledge, context_of, look_up
from gis.geolocation.decide import Decision, decide_with
from gis.geolocation.gazetteer import Building, Compound, Standing
from gis.geolocation.matching.context import Context
from gis.geolocation.texts import Candidate, read_text
from gis.intake.conversation import Message, read_conversation
from gis.intake.conversation_groups import PastedGroup, office_of, staff_of
from gis.intake.conversation_matters import About, Line, Matter, Split, split
from gis.intake.conversation_words import covering, name_proper, said
from gis.issues.duplicates import Likeness, Sought, alike
from gis.issues.topics import Category, Lexicon, current_lexicon
from gis.population.plates import plates_in
from gis.security.masking import masked_plate, masked_words
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import SRID, issue, message

SOURCE = "wechat_group"
MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """One matter as it would be recorded. `clear` holds numbers, but no names; `text` is masked.

    `home` is the building that its reporter's nickname names. `known` are the ids of the issues that its lines
    are recorded in already; `whole` says that all are.
    """

    matter: Matter
    clear: str
    decision: Decision
    category: Category
    candidates: tuple[Candidate, ...]
    home: Building | None
    alike: tuple[Likeness, ...]
    known: tuple[int, ...]
    whole: bool

    @property
    def text(self) -> str:
        return masked_words(self.clear)

    @property
    def plates(self) -> list[str]:
        """The number plates in its words, masked."""
        return [masked_plate(plate) or "" for plate in plates_in(self.clear)]

    @property
    def reported_at(self) -> datetime:
        return self.matter.lines[0][0].message.sent_at


@dataclass(frozen=True, slots=True)
class Reading:
    """A conversation as it is read now: its lines by their numbers, and how they fall into matters.

    `recorded` has the issue of each line that is recorded already, by its number. `cover` hides names in words.
    """

    group: PastedGroup
    lines: Mapping[int, Line]
    found: Split
    recorded: Mapping[int, int]
    cover: Callable[[str], str]
    digests: Mapping[int, bytes]
    knowledge: Knowledge
    lexicon: Lexicon
    contexts: Mapping[str, Context]


def read(connection: Connection, text: str, group: PastedGroup, *, copied_at: datetime) -> Reading:
    """Read a conversation that was copied at a moment. Raises InvalidInput with every fault."""
    messages = read_conversation(text, copied_at=copied_at, zone=group.time_zone)
    knowledge, lexicon = Knowledge.current(connection), current_lexicon(connection)
    staff = staff_of(connection, group, at=copied_at)
    names = {each.sender for each in messages}
    contexts = _contexts(names, group, knowledge, copied_at)
    keep = _things(knowledge, lexicon, group)
    offices = {name: office_of(name, staff) for name in names}
    neighbours = {name: name_proper(name) for name, office in offices.items() if office is None and not keep(name)}
    lines = {}
    for each in messages:
        own = said(each.text, names)
        about = _about(own.words, contexts[each.sender], knowledge, lexicon)
        others = {name: proper for name, proper in neighbours.items() if name != each.sender and len(proper) > 1}
        called = any(name in own.mentions or proper in own.words for name, proper in others.items())
        lines[each.number] = Line(each, own, offices[each.sender], about, called)
    digests = {each.number: _digests(connection, each, group) for each in messages}
    mentioned = {name for line in lines.values() for name in line.said.mentions}
    quoted = {line.said.quoted[0] for line in lines.values() if line.said.quoted}
    return Reading(
        group,
        lines,
        split(list(lines.values())),
        _recorded(connection, digests),
        covering(names | mentioned | quoted, keep=keep),
        {number: held[0] for number, held in digests.items()},
        knowledge,
        lexicon,
        contexts,
    )


def propose(connection: Connection, reading: Reading, *, settings: Settings) -> list[Proposal]:
    """The matters of a conversation, each as it would be recorded."""
    return [_proposal(connection, reading, each, settings) for each in reading.found.matters]


def words_of(reading: Reading, numbers: list[int]) -> str:
    """What lines say together, numbers in clear and names covered."""
    return reading.cover(Matter([(reading.lines[number], "talk") for number in numbers]).words)


def _proposal(connection: Connection, reading: Reading, matter: Matter, settings: Settings) -> Proposal:
    first = matter.lines[0][0].message
    clear = reading.cover(matter.words)
    context = reading.contexts[first.sender]
    home = context.home(reading.knowledge.gazetteer.index)
    group = reading.group
    clues = Clues(text=clear, group=group.code, community=group.community, home_id=context.home_id)
    decision = decide_with(reading.knowledge, clues, at=first.sent_at, settings=settings)
    category = reading.lexicon.recognise(clear)
    read = read_text(connection, reading.knowledge, clear, context=context, at=first.sent_at)
    numbers = [line.message.number for line, _ in matter.lines]
    known = [reading.recorded[number] for number in numbers if number in reading.recorded]
    geom = None
    if decision.lon is not None and decision.lat is not None:
        geom = func.ST_SetSRID(func.ST_MakePoint(decision.lon, decision.lat), SRID)
    sought = Sought(
        text=masked_words(clear),
        reported_at=first.sent_at,
        topic=category.topic,
        building_id=decision.building.id if decision.building else None,
        grid_id=decision.grid.id if decision.grid else None,
        group_id=group.id,
        geom=geom,
    )
    return Proposal(
        matter,
        clear,
        decision,
        category,
        read.candidates[:MOST_CANDIDATES],
        home,
        () if len(known) == len(numbers) else tuple(alike(connection, sought)),
        tuple(dict.fromkeys(known)),
        len(known) == len(numbers),
    )


def _contexts(names: set[str], group: PastedGroup, knowledge: Knowledge, at: datetime) -> dict[str, Context]:
    """What is known of each sender: the group, and the building that the nickname names."""
    clues = Clues(group=group.code, community=group.community)
    shared = context_of(look_up(clues, knowledge, at=at), knowledge)
    found = {}
    for name in names:
        home = knowledge.gazetteer.find(name, shared).one if any(map(str.isdigit, name)) else None
        found[name] = replace(shared, home_id=home.id) if isinstance(home, Building) else shared
    return found


def _about(words: str, context: Context, knowledge: Knowledge, lexicon: Lexicon) -> About:
    recognised = lexicon.recognise(words)
    place = knowledge.gazetteer.find(words, context).one if words else None
    return About(
        recognised.topic,
        frozenset(recognised.terms),
        (type(place).__name__, place.id) if place is not None else None,
    )


def _things(knowledge: Knowledge, lexicon: Lexicon, group: PastedGroup) -> Callable[[str], bool]:
    """Whether words are a place of the group's community or a term of the lexicon, and so no person's name."""
    index = knowledge.gazetteer.index
    named: list[Compound | Standing] = [*index.compounds, *index.buildings, *index.places]
    here = (each for each in named if each.community_id == group.community_id)
    places = {name for each in here for name in (each.name, *each.aliases)}
    return lambda words: words in places or lexicon.recognise(words).topic is not None


def _digests(connection: Connection, each: Message, group: PastedGroup) -> list[bytes]:
    """Keyed hashes by which a line is known again, under each key.

    The time of day is not in it: one program copies minutes, another seconds. So the same words of the same person
    are one line for a day.
    """
    told = f"{group.id}\n{each.sent_at.date()}\n{each.sender}\n{''.join(each.text.split())}"
    return vault_of(connection).digests(told, of="message.external_id")


def _recorded(connection: Connection, digests: Mapping[int, list[bytes]]) -> dict[int, int]:
    """The issues of the lines that are recorded already, whoever may see them."""
    numbers = defaultdict(list)
    for number, held in digests.items():
        for digest in held:
            numbers[digest.hex()].append(number)
    query = select(message.c.external_id, message.c.issue_id).where(
        message.c.source == SOURCE, message.c.external_id.in_(numbers)
    )
    with acting(connection, SYSTEM):
        found = connection.execute(query).all()
    return {number: issue_id for external_id, issue_id in found for number in numbers[external_id]}


def in_sight(connection: Connection, ids: set[int]) -> set[int]:
    """Those of the issues that who acts may see."""
    return set(connection.scalars(select(issue.c.id).where(issue.c.id.in_(ids))))
