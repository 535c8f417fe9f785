"""What `/intake` and `/intake/{id}` show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.schemas.conversations import ConversationOut, MayBeOut, ProposalOut, SaidOut
from api.views.lists import listed
from api.views.place import Where, grids_of
from gis.actor import Actor
from gis.errors import NotFound
from gis.intake.conversation_groups import open_groups
from gis.issues.in_full import issue_in_full
from gis.issues.taxonomy import known_topics
from gis.issues.workflow import onward
from gis.security.permissions import may
from maps.filters import Choice
from maps.pages.intake import Alike, Card, ConversationView, PasteView, PlaceChoice, RecordedView, SaidLine
from maps.pages.matters import ListedMatter


def paste_view(connection: Connection, place: Where) -> PasteView:
    """The reader's groups in the community that is looked at."""
    found = (each for each in open_groups(connection) if each.community == place.code)
    return PasteView(tuple(Choice(each.code, each.name) for each in found))


def proposals_view(connection: Connection, told: ConversationOut, place: Where, *, reader: Actor) -> ConversationView:
    """A conversation that waits for its confirmation."""
    cards = tuple(map(_card, told.proposals))
    left = tuple(map(_line, told.left))
    steps = {step.name for step in onward("reported", reader)}
    return ConversationView(
        id=told.id,
        group_name=told.group.name,
        expires_at=told.expires_at,
        messages=len(left) + sum(len(card.said) + len(card.answers) for card in cards),
        cards=cards,
        left=left,
        topics=tuple(known_topics(connection)),
        grids=tuple(Choice(each.code, each.name) for each in grids_of(connection, place.one, datetime.now(UTC))),
        may_merge="merge" in steps,
        may_ask=may(reader, "ask_to_move"),
    )


def recorded_view(connection: Connection, told: ConversationOut) -> RecordedView:
    """What became of a conversation that is confirmed."""
    new = {each.id for each in told.recorded if each.new}
    before = {each.id for each in told.recorded if not each.new} - new
    return RecordedView(told.group.name, _matters(connection, new), _matters(connection, before))


def _matters(connection: Connection, ids: Iterable[str]) -> tuple[ListedMatter, ...]:
    """Matters in the order of their ids; those out of the reader's sight are passed over."""
    found = []
    for id in sorted(map(int, ids)):
        try:
            found.append(listed(issue_in_full(connection, id).issue))
        except NotFound:
            continue
    return tuple(found)


def _card(each: ProposalOut) -> Card:
    answers = tuple(map(_line, each.answers))
    telling = [line for line in answers if line.why == "done"] or answers
    return Card(
        lines=tuple(each.lines),
        said=tuple(map(_line, each.said)),
        text=each.text,
        reported_at=each.reported_at,
        reporter=each.reporter or "",
        topic=each.category.topic or "",
        hazard=each.hazard,
        grid_name=each.grid.name if each.grid else "",
        worker=each.worker.name if each.worker else "",
        doubtful=each.doubt is not None,
        decided=any(place.by == "decided" for place in each.places),
        places=tuple(map(_place, each.places)),
        alike=tuple(Alike(other.id, other.text, other.likeness) for other in each.duplicates),
        answers=answers,
        answer="；".join(line.text for line in telling if line.text),
        done=each.done,
        plates=tuple(each.plates),
        recorded=tuple(each.recorded),
        whole=each.whole,
    )


def _place(each: MayBeOut) -> PlaceChoice:
    """A building is sent with its id even if it is what was decided: the nickname may have told which home is meant."""
    anyway = each.by == "decided" and "building_id" not in each.place
    return PlaceChoice(each.name, {} if anyway else each.place, each.grid.name if each.grid else "", each.by)


def _line(each: SaidOut) -> SaidLine:
    return SaidLine(
        number=each.line,
        at=each.at,
        sender=each.sender or "",
        office=each.office or "",
        text=each.text,
        why=each.why,
        recorded=each.recorded,
        issue=each.issue or "",
    )
