"""Notices, channels, templates and webhooks over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.fields import Code, Id, Limit, Query, Request, Words
from gis.notify.channels import Channel, ChannelChange, ChannelIn
from gis.notify.events import Event, Scope
from gis.notify.notices import Notice, NoticeFilter, State
from gis.notify.templates import Language, Template
from gis.notify.webhooks import Webhook

Address = Annotated[Words, StringConstraints(max_length=2000)]
Events = list[Annotated[Words, StringConstraints(max_length=40)]] | None


class NoticesQuery(Query):
    """Narrows the list."""

    state: State | None = None
    event: Code = None
    issue_id: Id | None = None
    before: Id | None = None
    limit: Limit = 100

    def chosen(self) -> NoticeFilter:
        return NoticeFilter(
            state=self.state,
            event=self.event,
            issue_id=int(self.issue_id) if self.issue_id else None,
            before=int(self.before) if self.before else None,
        )


class NoticeOut(BaseModel):
    """One notice: what one address is told of one event. It names its channel or webhook, and no address."""

    id: str
    event: str
    issue_id: str | None
    to: str = Field(description="channel, webhook, household or reporter")
    name: str | None = Field(description="Of the channel or webhook")
    subject: str
    state: State
    reason: str | None = Field(description="gave_up, unsure (it may have arrived), no_address, off; refused: waits")
    tries: int
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, each: Notice) -> NoticeOut:
        return cls(
            id=str(each.id),
            event=each.event,
            issue_id=None if each.issue_id is None else str(each.issue_id),
            to=each.to,
            name=each.name,
            subject=each.subject,
            state=each.state,
            reason=each.reason,
            tries=each.tries,
            created_at=each.created_at,
            next_try_at=each.next_try_at,
            sent_at=each.sent_at,
        )


class NoticesOut(BaseModel):
    """One page, newest first; `counts` are of all notices, by state."""

    notices: list[NoticeOut]
    counts: dict[str, int]
    next: str | None


class ChannelOut(BaseModel):
    """A channel without its address, which is shown to nobody."""

    id: str
    name: str
    scope: Scope
    whom: str
    stage: str | None
    kind: str
    language: Language
    events: list[Event]
    enabled: bool

    @classmethod
    def of(cls, each: Channel) -> ChannelOut:
        return cls(
            id=str(each.id),
            name=each.name,
            scope=each.scope,
            whom=each.whom,
            stage=each.stage,
            kind=each.kind,
            language=each.language,
            events=list(each.events),
            enabled=each.enabled,
        )


class NewChannel(Request):
    """`whom`: the code of a worker, an online group or an area; `address`: one of Apprise."""

    name: Words
    scope: Words
    whom: Words
    address: Address
    stage: Code = None
    community: Code = None
    language: Words = "zh"
    events: Events = None

    def wanted(self) -> ChannelIn:
        return ChannelIn(**self.model_dump())


class ChannelChanges(Request):
    """What is left out stays as it is."""

    name: Words | None = None
    address: Address | None = None
    language: Words | None = None
    events: Events = None

    def wanted(self) -> ChannelChange:
        return ChannelChange(**self.model_dump())


class WebhookOut(BaseModel):
    """A webhook without its address and secret; `area` is empty for everywhere."""

    id: str
    name: str
    area: str
    events: list[Event]
    enabled: bool
    old_secret_until: datetime | None

    @classmethod
    def of(cls, each: Webhook) -> WebhookOut:
        return cls(
            id=str(each.id),
            name=each.name,
            area=each.area,
            events=list(each.events),
            enabled=each.enabled,
            old_secret_until=each.old_secret_until,
        )


class WebhookChanges(Request):
    """What is left out stays as it is."""

    name: Words | None = None
    url: Address | None = None
    events: Events = None


class NewWebhook(Request):
    name: Words
    url: Address
    area: Code = None
    events: Events = None


class SecretOut(BaseModel):
    """A webhook's secret; it is told this once."""

    id: str
    secret: str


class MadeOut(BaseModel):
    id: str


class Switch(Request):
    on: bool


class TemplateIn(Request):
    """Words with placeholders in braces."""

    subject: Words
    body: Words


class PreviewIn(TemplateIn):
    event: Words
    language: Words


class TemplateOut(BaseModel):
    """The words of one event in one language; `own`: an operator wrote them."""

    event: Event
    language: Language
    subject: str
    body: str
    own: bool

    @classmethod
    def of(cls, each: Template) -> TemplateOut:
        return cls(event=each.event, language=each.language, subject=each.subject, body=each.body, own=each.own)


class TemplatesOut(BaseModel):
    templates: list[TemplateOut]
    placeholders: list[str]


class PreviewOut(BaseModel):
    subject: str
    body: str
