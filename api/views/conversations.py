"""A pasted conversation, as its paster is answered."""

from __future__ import annotations

from sqlalchemy import Connection

from api.schemas.conversations import ConversationOut, ProposalOut, SaidOut
from gis.intake.conversation_proposals import in_sight, propose, read
from gis.intake.conversations import pasted
from gis.settings import Settings


def conversation_out(connection: Connection, id: int, settings: Settings) -> ConversationOut:
    """What a conversation proposes now, or what was recorded of it. Raises NotFound and Denied."""
    held = pasted(connection, id)
    if held.text is None:
        return ConversationOut.of(held, [], [])
    reading = read(connection, held.text, held.group, copied_at=held.copied_at)
    seen = in_sight(connection, set(reading.recorded.values()))
    proposals = [ProposalOut.of(each, reading, seen) for each in propose(connection, reading, settings=settings)]
    left = [SaidOut.of(line, why, reading, seen) for line, why in reading.found.left]
    return ConversationOut.of(held, proposals, left)
