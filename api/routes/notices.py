"""`/api/notices`: who is told of what, how and in which words; what was sent, and what to do about what was not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Acting, Begin, problems, requires
from api.ids import row_id
from api.schemas.notices import (
    ChannelChanges,
    ChannelOut,
    MadeOut,
    NewChannel,
    NewWebhook,
    NoticeOut,
    NoticesOut,
    NoticesQuery,
    PreviewIn,
    PreviewOut,
    SecretOut,
    Switch,
    TemplateIn,
    TemplateOut,
    TemplatesOut,
    WebhookChanges,
    WebhookOut,
)
from gis.notify import channels, notices, templates, webhooks

router = APIRouter(
    prefix="/api/notices",
    tags=["notices"],
    responses=problems(401, 403, 422, 503),
    dependencies=[requires("manage_notices")],
)


@router.get("", response_model=NoticesOut)
def list_notices(asked: Annotated[NoticesQuery, Query()], begin: Begin) -> NoticesOut:
    """Notices, newest first; `state=failed` are those that wait for a person."""
    with begin() as connection:
        found = notices.notices(connection, asked.chosen(), limit=asked.limit + 1)
        counts = notices.counts(connection)
    page = found[: asked.limit]
    after = str(page[-1].id) if len(found) > len(page) else None
    return NoticesOut(notices=[NoticeOut.of(each) for each in page], counts=counts, next=after)


@router.post("/{id}/retry", status_code=204, responses=problems(404, 409))
def retry_notice(id: str, begin: Begin, actor: Acting) -> None:
    """Send a failed notice after all. One that may have arrived arrives twice then, if it had."""
    with begin() as connection:
        notices.retry(connection, row_id(id, "notice"), actor=actor)


@router.post("/{id}/drop", status_code=204, responses=problems(404, 409))
def drop_notice(id: str, begin: Begin, actor: Acting) -> None:
    """Leave a failed notice unsent for good."""
    with begin() as connection:
        notices.drop(connection, row_id(id, "notice"), actor=actor)


@router.get("/channels", response_model=list[ChannelOut])
def list_channels(begin: Begin) -> list[ChannelOut]:
    """All channels."""
    with begin() as connection:
        return [ChannelOut.of(each) for each in channels.channels(connection)]


@router.post("/channels", status_code=201, response_model=MadeOut)
def create_channel(body: NewChannel, begin: Begin, actor: Acting) -> MadeOut:
    """Add a channel of a worker, an online group, a stage of an area, or an area."""
    with begin() as connection:
        return MadeOut(id=str(channels.add_channel(connection, body.wanted(), actor=actor)))


@router.patch("/channels/{id}", status_code=204, responses=problems(404))
def change_channel(id: str, body: ChannelChanges, begin: Begin, actor: Acting) -> None:
    """Change a channel's name, address, language or events."""
    with begin() as connection:
        channels.change_channel(connection, row_id(id, "channel"), body.wanted(), actor=actor)


@router.post("/channels/{id}/switch", status_code=204, responses=problems(404))
def switch_channel(id: str, body: Switch, begin: Begin, actor: Acting) -> None:
    """Switch a channel on or off."""
    with begin() as connection:
        channels.switch_channel(connection, row_id(id, "channel"), on=body.on, actor=actor)


@router.post("/channels/{id}/test", status_code=202, response_model=MadeOut, responses=problems(404))
def try_channel(id: str, begin: Begin, actor: Acting) -> MadeOut:
    """Send a test notice; what became of it is in the list, by the id that is answered."""
    with begin() as connection:
        return MadeOut(id=str(channels.try_channel(connection, row_id(id, "channel"), actor=actor)))


@router.delete("/channels/{id}", status_code=204, responses=problems(404))
def delete_channel(id: str, begin: Begin, actor: Acting) -> None:
    """Delete a channel, with its notices."""
    with begin() as connection:
        channels.delete_channel(connection, row_id(id, "channel"), actor=actor)


@router.get("/webhooks", response_model=list[WebhookOut])
def list_webhooks(begin: Begin) -> list[WebhookOut]:
    """All webhooks."""
    with begin() as connection:
        return [WebhookOut.of(each) for each in webhooks.webhooks(connection)]


@router.post("/webhooks", status_code=201, response_model=SecretOut)
def create_webhook(body: NewWebhook, begin: Begin, actor: Acting) -> SecretOut:
    """Add a webhook; its secret is answered this once."""
    with begin() as connection:
        made, secret = webhooks.add_webhook(
            connection, name=body.name, url=body.url, area_code=body.area, events=body.events, actor=actor
        )
    return SecretOut(id=str(made), secret=secret)


@router.patch("/webhooks/{id}", status_code=204, responses=problems(404))
def change_webhook(id: str, body: WebhookChanges, begin: Begin, actor: Acting) -> None:
    """Change a webhook's name, address or events; its secret stays."""
    with begin() as connection:
        webhooks.change_webhook(connection, row_id(id, "webhook"), **body.model_dump(), actor=actor)


@router.post("/webhooks/{id}/secret", response_model=SecretOut, responses=problems(404))
def renew_secret(id: str, begin: Begin, actor: Acting) -> SecretOut:
    """A new secret, answered this once; for a day messages are signed with the one before, too."""
    with begin() as connection:
        secret = webhooks.renew_secret(connection, row_id(id, "webhook"), actor=actor)
    return SecretOut(id=id, secret=secret)


@router.post("/webhooks/{id}/switch", status_code=204, responses=problems(404))
def switch_webhook(id: str, body: Switch, begin: Begin, actor: Acting) -> None:
    """Switch a webhook on or off."""
    with begin() as connection:
        webhooks.switch_webhook(connection, row_id(id, "webhook"), on=body.on, actor=actor)


@router.post("/webhooks/{id}/test", status_code=202, response_model=MadeOut, responses=problems(404))
def try_webhook(id: str, begin: Begin, actor: Acting) -> MadeOut:
    """Send a test message."""
    with begin() as connection:
        return MadeOut(id=str(webhooks.try_webhook(connection, row_id(id, "webhook"), actor=actor)))


@router.delete("/webhooks/{id}", status_code=204, responses=problems(404))
def delete_webhook(id: str, begin: Begin, actor: Acting) -> None:
    """Delete a webhook, with its messages."""
    with begin() as connection:
        webhooks.delete_webhook(connection, row_id(id, "webhook"), actor=actor)


@router.get("/templates", response_model=TemplatesOut)
def list_templates(begin: Begin) -> TemplatesOut:
    """The words of every event in both languages, and what may stand in braces in them."""
    with begin() as connection:
        found = templates.templates(connection)
    return TemplatesOut(
        templates=[TemplateOut.of(each) for each in found.values()], placeholders=sorted(templates.PLACEHOLDERS)
    )


@router.post("/templates/preview", response_model=PreviewOut)
def preview_template(body: PreviewIn) -> PreviewOut:
    """How words would read for an invented matter."""
    words = templates.preview(body.event, body.language, subject=body.subject, body=body.body)
    return PreviewOut(subject=words.subject, body=words.body)


@router.put("/templates/{event}/{language}", status_code=204)
def save_template(event: str, language: str, body: TemplateIn, begin: Begin, actor: Acting) -> None:
    """Write other words for an event."""
    with begin() as connection:
        templates.save_template(connection, event, language, subject=body.subject, body=body.body, actor=actor)


@router.delete("/templates/{event}/{language}", status_code=204)
def drop_template(event: str, language: str, begin: Begin, actor: Acting) -> None:
    """Go back to the product's own words."""
    with begin() as connection:
        templates.drop_template(connection, event, language, actor=actor)
