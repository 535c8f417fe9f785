"""Conversations that are pasted: kept, sealed, until they are confirmed, and then recorded as matters, all or none.

What is proposed is not kept. The sealed text is, for as long as the rule `conversation` says (a day), and everything
follows from it; so a confirmation names lines by their numbers, and may put them together in its own way. With the
confirmation the text goes; which line became which matter stays, so that a second confirmation has the same answer,
and the same chat pasted again, by anybody, shows what is recorded already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from gis.actor import SYSTEM, Actor
from gis.errors import Fault, InvalidInput, NotFound, said
from gis.intake.conversation_groups import PastedGroup, group_of
from gis.intake.conversation_proposals import SOURCE, Reading, read, words_of
from gis.intake.conversation_words import restored
from gis.issues.record import ByHand, pin, record
from gis.issues.report import IssueReport
from gis.issues.workflow import Level, Move, move
from gis.population.move_requests import ask_to_move
from gis.population.plates import plates_in
from gis.security.masking import masked_words
from gis.security.sealed import CONVERSATION_TEXT
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import conversation, issue_event, message, retention_rule

LONGEST_WORDS = 4000

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('conversation ' || :group, 0))")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A pasted conversation: its text until it is confirmed, and then what was recorded."""

    id: int
    group: PastedGroup
    text: str | None
    copied_at: datetime
    expires_at: datetime
    recorded: tuple[Recorded, ...] | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The matter that lines have become; not `new` where they were recorded before."""

    lines: tuple[int, ...]
    issue_id: int
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A matter as somebody confirms it: lines by number, and what differs from what they say by themselves.

    `words` may hold masked numbers: they are put back. Without a place it is decided from words and group. `into` is
    the issue that it is a duplicate of. `answer` is what its reporter was told in the group; with `settled_level` that
    settled it. `ask` is what the owner of the one car that it names is asked.
    """

    lines: tuple[int, ...]
    words: str | None = None
    topic: str | None = None
    place: ByHand = field(default_factory=ByHand)
    into: int | None = None
    answer: str | None = None
    settled_level: Level | None = None
    ask: str | None = None


def paste(connection: Connection, text: str, group: PastedGroup, *, actor: Actor) -> int:
    """Keep a conversation until it is confirmed; its id. Lets go of those, of anybody, whose time is over.

    Raises InvalidInput where it cannot be read. The group is one of the actor's (`open_group`).
    """
    now = datetime.now(UTC)
    read(connection, text, group, copied_at=now)
    with acting(connection, SYSTEM):
        connection.execute(delete(conversation).where(conversation.c.expires_at < now))
    days = connection.scalar(select(retention_rule.c.days).where(retention_rule.c.what == "conversation"))
    values = {
        "account_id": actor.account_id,
        "group_id": group.id,
        "created_at": now,
        "expires_at": now + timedelta(days=days or 0),
        **CONVERSATION_TEXT.values(vault_of(connection), text),
    }
    made: int = connection.execute(insert(conversation).values(**values).returning(conversation.c.id)).scalar_one()
    return made


def pasted(connection: Connection, id: int, *, lock: bool = False) -> Pasted:
    """A conversation of who acts. Raises NotFound for another's or one that is over, Denied for a group that no
    longer is one of theirs."""
    query = select(conversation).where(conversation.c.id == id, conversation.c.expires_at > func.now())
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(said("There is no conversation {id}, or no longer: paste it again.", id=id))
    clear = CONVERSATION_TEXT.open(vault_of(connection), row.text_sealed)
    return Pasted(id, group_of(connection, row.group_id), clear, row.created_at, row.expires_at, _told(row))


def confirm(
    connection: Connection, id: int, chosen: Sequence[Chosen], *, settings: Settings, actor: Actor
) -> tuple[Recorded, ...]:
    """Record what was chosen of a conversation, and let go of its text; what was not chosen is not recorded.

    Confirmed before, it is answered with what was recorded then. Raises InvalidInput with every fault of what was
    chosen, and what `record`, `move` and `ask_to_move` raise: nothing is recorded then.
    """
    held = pasted(connection, id, lock=True)
    if held.recorded is not None or held.text is None:
        return held.recorded or ()
    # Of two who confirm the same lines the second finds those of the first.
    connection.execute(_ONE_AT_A_TIME, {"group": str(held.group.id)})
    reading = read(connection, held.text, held.group, copied_at=held.copied_at)
    _check(chosen, reading)
    done: list[Recorded] = []
    for at, each in enumerate(chosen):
        done += _record(connection, each, reading, where=f"matters.{at}", settings=settings, actor=actor)
    told = [{"lines": list(each.lines), "issue": each.issue_id, "new": each.new} for each in done]
    kept = {"confirmed_at": func.now(), "recorded": told, CONVERSATION_TEXT.sealed.name: None}
    connection.execute(update(conversation).where(conversation.c.id == id).values(kept))
    return tuple(done)


def _check(chosen: Sequence[Chosen], reading: Reading) -> None:
    faults: list[Fault] = []
    used: set[int] = set()
    for at, each in enumerate(chosen):
        where = f"matters.{at}"
        unknown = [number for number in each.lines if number not in reading.lines]
        if not each.lines or unknown:
            reason = (
                said("the chat has no line {number}", number=unknown[0]) if unknown else said("a matter needs a line")
            )
            faults.append(Fault(f"{where}.lines", "unknown_line", reason))
            continue
        if used & set(each.lines) or len(set(each.lines)) < len(each.lines):
            faults.append(Fault(f"{where}.lines", "line_twice", said("a line belongs to one matter")))
        used |= set(each.lines)
        words = each.words or words_of(reading, sorted(each.lines))
        if len(words) > LONGEST_WORDS:
            faults.append(
                Fault(
                    f"{where}.text",
                    "too_long",
                    said("must have at most {most:,} characters", most=LONGEST_WORDS),
                )
            )
        if each.settled_level is not None and each.answer is None:
            faults.append(Fault(f"{where}.answer", "missing", said("is needed to settle a matter")))
        if each.settled_level is not None and each.into is not None:
            faults.append(Fault(f"{where}.settled_at", "not_here", said("has no place where a matter is merged")))
    if faults:
        raise InvalidInput(faults)


def _record(
    connection: Connection, each: Chosen, reading: Reading, *, where: str, settings: Settings, actor: Actor
) -> list[Recorded]:
    """Record one matter. Lines that are recorded already stay where they are."""
    numbers = sorted(each.lines)
    before: dict[int, list[int]] = {}
    for number in numbers:
        if number in reading.recorded:
            before.setdefault(reading.recorded[number], []).append(number)
    known = [Recorded(tuple(lines), issue_id, new=False) for issue_id, lines in before.items()]
    fresh = [number for number in numbers if number not in reading.recorded]
    if not fresh:
        return known
    first = reading.lines[fresh[0]].message
    clear = words_of(reading, fresh)
    words = clear if each.words is None else reading.cover(restored(each.words, masked_words(clear), clear))
    report = IssueReport(
        text=words,
        source=SOURCE,
        reported_at=min(first.sent_at, datetime.now(UTC)),
        group=reading.group.code,
        community=reading.group.community,
        building_id=each.place.building_id,
        reporter_name=first.sender or None,
        topic=each.topic,
    )
    try:
        issue_id, _ = record(connection, report, settings=settings, actor=actor)
        if each.place.building_id is None and each.place != ByHand():
            pin(connection, issue_id, each.place, settings=settings, actor=actor)
    except InvalidInput as error:
        raise InvalidInput(
            [Fault(f"{where}.{fault.where}", fault.code, fault.reason) for fault in error.faults]
        ) from None
    _keep_lines(connection, issue_id, fresh, reading)
    _go_on(connection, issue_id, each, reading, words, settings, actor)
    return [*known, Recorded(tuple(fresh), issue_id, new=True)]


def _keep_lines(connection: Connection, issue_id: int, numbers: Sequence[int], reading: Reading) -> None:
    """Note by which lines a matter came; of their words and senders keyed hashes only."""
    vault = vault_of(connection)
    values = []
    for number in numbers:
        line = reading.lines[number].message
        sender = vault.digests(f"{SOURCE} {reading.group.id} {line.sender}", of="message.sender")[0]
        values.append(
            {
                "issue_id": issue_id,
                "source": SOURCE,
                "external_id": reading.digests[number].hex(),
                "kind": "image" if line.kind == "image" else "text",
                "sender_digest": sender if line.sender else None,
            }
        )
    connection.execute(insert_or_skip(message).on_conflict_do_nothing(), values)


def _go_on(
    connection: Connection, issue_id: int, each: Chosen, reading: Reading, words: str, settings: Settings, actor: Actor
) -> None:
    """What is to happen with a matter besides: the car's owner is asked, the answer kept, a duplicate merged."""
    if each.ask is not None:
        named = plates_in(words)
        plate = named[0] if len(named) == 1 else None
        ask_to_move(connection, actor, plate=plate, issue_id=issue_id, message=each.ask, settings=settings)
    answer = None if each.answer is None else reading.cover(each.answer)
    if each.into is not None:
        steps = [Move(to="merged", into=each.into)]
    elif each.settled_level is not None:
        resolved = Move(to="resolved", answer=answer, settled_level=each.settled_level, settled_way="in_group")
        steps = [Move(to="accepted"), resolved]
    else:
        steps = []
    if answer is not None and each.settled_level is None:
        event = {"issue_id": issue_id, "actor": actor.name, "kind": "answered", "detail": {"answer": answer}}
        connection.execute(insert(issue_event).values(**event))
    for step in steps:
        move(connection, issue_id, step, version=None, settings=settings, actor=actor)


def _told(row: Row[Any]) -> tuple[Recorded, ...] | None:
    if row.recorded is None:
        return None
    return tuple(Recorded(tuple(each["lines"]), each["issue"], each["new"]) for each in row.recorded)
