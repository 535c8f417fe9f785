"""`/api/intake/conversation`: a pasted chat becomes matters, after one confirmation."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.ids import row_id
from api.schemas.conversations import ConfirmationIn, ConfirmedOut, ConversationIn, ConversationOut, RecordedOut
from api.views.conversations import conversation_out
from gis.intake.conversation_groups import open_group
from gis.intake.conversations import confirm, paste

router = APIRouter(
    prefix="/api/intake/conversation",
    tags=["issues"],
    responses=problems(401, 403, 422, 503),
    dependencies=[requires("paste_chat")],
)


@router.post("", status_code=201, response_model=ConversationOut, responses=problems(413))
def paste_conversation(
    body: ConversationIn, begin: Begin, settings: SettingsNow, actor: Acting, response: Response
) -> ConversationOut:
    """Read a copied chat of one of the account's online groups, and propose matters. Nothing is recorded yet."""
    with begin() as connection:
        group = open_group(connection, body.group, community=body.community)
        id = paste(connection, body.text, group, actor=actor)
        answer = conversation_out(connection, id, settings)
    response.headers["Location"] = f"/api/intake/conversation/{id}"
    return answer


@router.get("/{id}", response_model=ConversationOut, responses=problems(404))
def show_conversation(id: str, begin: Begin, settings: SettingsNow) -> ConversationOut:
    """A conversation that this account has pasted, for a day: what it proposes now, or what was recorded."""
    with begin() as connection:
        return conversation_out(connection, row_id(id, "conversation"), settings)


@router.post("/{id}/confirmation", response_model=ConfirmedOut, responses=problems(404, 409, 413, 429))
def confirm_conversation(
    id: str, body: ConfirmationIn, begin: Begin, settings: SettingsNow, actor: Acting
) -> ConfirmedOut:
    """Record the matters that are named, all or none. A second confirmation is answered as the first was."""
    chosen = [each.chosen() for each in body.matters]
    with begin() as connection:
        recorded = confirm(connection, row_id(id, "conversation"), chosen, settings=settings, actor=actor)
    return ConfirmedOut(id=id, recorded=[RecordedOut.of(each) for each in recorded])
