"""`/admin/notices`: what was sent, channels, webhooks and words as pages, and their forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, cast, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from api.deps import Acting, Begin, requires
from api.ids import row_id
from api.reader import page, shell_of
from api.schemas.fields import Words
from api.views.notices import notices_view, templates_view, ways_view
from gis.actor import Actor
from gis.boundaries.areas import communities
from gis.errors import Conflict, InvalidInput, NotFound, said
from gis.notify import channels, notices, templates, webhooks
from gis.notify.events import OF_SCOPE, Scope
from gis.notify.notices import State
from maps.pages.notices import TemplatesView, WaysView, notices_page, templates_page, ways_page

Verb = Callable[[Connection, int, Actor], object]
VERBS: dict[str, dict[str, Verb]] = {
    "channels": {
        "on": lambda connection, number, actor: channels.switch_channel(connection, number, on=True, actor=actor),
        "off": lambda connection, number, actor: channels.switch_channel(connection, number, on=False, actor=actor),
        "test": lambda connection, number, actor: channels.try_channel(connection, number, actor=actor),
        "delete": lambda connection, number, actor: channels.delete_channel(connection, number, actor=actor),
    },
    "webhooks": {
        "on": lambda connection, number, actor: webhooks.switch_webhook(connection, number, on=True, actor=actor),
        "off": lambda connection, number, actor: webhooks.switch_webhook(connection, number, on=False, actor=actor),
        "test": lambda connection, number, actor: webhooks.try_webhook(connection, number, actor=actor),
        "delete": lambda connection, number, actor: webhooks.delete_webhook(connection, number, actor=actor),
    },
}
"""What is done with a channel or a webhook by one press."""

router = APIRouter(include_in_schema=False, prefix="/admin/notices", dependencies=[requires("manage_notices")])
Text = Annotated[Words, Form()]
Texts = Annotated[list[Words] | None, Form()]


@router.get("")
def show_notices(request: Request, begin: Begin, state: str = "", before: str = "", done: str = "") -> Response:
    """What was sent, and what was not."""
    chosen = cast(State, state) if state in get_args(State) else None
    with begin() as connection:
        view = notices_view(connection, state=chosen, before=row_id(before, "notice") if before else None, done=done)
        known = communities(connection)
    return page(request, notices_page(view, shell=shell_of(request, communities=known)))


@router.post("/{id}/retry")
def retry_notice(id: str, begin: Begin, actor: Acting) -> Response:
    """Send a failed notice after all."""
    return _settled(id, begin, actor, notices.retry, "retry")


@router.post("/{id}/drop")
def drop_notice(id: str, begin: Begin, actor: Acting) -> Response:
    """Leave a failed notice unsent for good."""
    return _settled(id, begin, actor, notices.drop, "drop")


@router.get("/channels")
def show_ways(request: Request, begin: Begin, done: str = "") -> Response:
    """Channels and webhooks."""
    with begin() as connection:
        return _ways(request, connection, ways_view(connection, done=done))


@router.post("/channels")
def create_channel(
    request: Request,
    begin: Begin,
    actor: Acting,
    name: Text = "",
    address: Text = "",
    scope: Text = "",
    worker: Text = "",
    group: Text = "",
    area: Text = "",
    stage: Text = "",
    language: Text = "zh",
    events: Texts = None,
) -> Response:
    """Add a channel."""
    given = {"worker": worker, "group": group}.get(scope, "")
    community, _, code = given.partition(" ")
    wanted = channels.ChannelIn(
        name=name,
        scope=scope,
        whom=code or area,
        address=address,
        stage=stage if scope == "stage" else None,
        community=community or None,
        language=language,
        events=_events(events, scope),
    )
    filled = {"name": name, "scope": scope, "worker": worker, "group": group, "area": area, "stage": stage}
    try:
        with begin() as connection:
            channels.add_channel(connection, wanted, actor=actor)
    except InvalidInput as error:
        codes = tuple(fault.code for fault in error.faults)
        with begin() as connection:
            view = ways_view(connection, filled=filled | {"language": language}, of="channel", faults=codes)
            return _ways(request, connection, view)
    return RedirectResponse("/admin/notices/channels?done=added", 303)


@router.post("/webhooks")
def create_webhook(
    request: Request,
    begin: Begin,
    actor: Acting,
    name: Text = "",
    url: Text = "",
    area: Text = "",
    events: Texts = None,
) -> Response:
    """Add a webhook, and show its secret this once."""
    try:
        with begin() as connection:
            made = webhooks.add_webhook(
                connection, name=name, url=url, area_code=area or None, events=events or None, actor=actor
            )
            return _ways(request, connection, ways_view(connection, secret=made))
    except InvalidInput as error:
        codes = tuple(fault.code for fault in error.faults)
        with begin() as connection:
            view = ways_view(connection, filled={"name": name, "area": area}, of="webhook", faults=codes)
            return _ways(request, connection, view)


@router.post("/webhooks/{id}/secret")
def renew_secret(request: Request, id: str, begin: Begin, actor: Acting) -> Response:
    """Give a webhook a new secret, and show it this once."""
    webhook_id = row_id(id, "webhook")
    with begin() as connection:
        secret = webhooks.renew_secret(connection, webhook_id, actor=actor)
        return _ways(request, connection, ways_view(connection, secret=(webhook_id, secret)))


@router.get("/templates")
def show_templates(
    request: Request, begin: Begin, event: str = "reported", language: str = "zh", done: str = ""
) -> Response:
    """The words of notices."""
    with begin() as connection:
        return _templates(request, connection, templates_view(connection, event=event, language=language, done=done))


@router.post("/templates/{event}/{language}")
def save_template(
    request: Request,
    event: str,
    language: str,
    begin: Begin,
    actor: Acting,
    subject: Text = "",
    body: Text = "",
    do: Text = "save",
) -> Response:
    """Save words, or show how they would read."""
    # A browser ends the lines of a form by CR LF.
    words = subject, body.replace("\r\n", "\n")
    shown, codes = None, tuple[str, ...]()
    try:
        if do == "save":
            with begin() as connection:
                templates.save_template(connection, event, language, subject=words[0], body=words[1], actor=actor)
            return RedirectResponse(f"/admin/notices/templates?event={event}&language={language}&done=saved", 303)
        filled = templates.preview(event, language, subject=words[0], body=words[1])
        shown = filled.subject, filled.body
    except InvalidInput as error:
        codes = tuple(fault.code for fault in error.faults)
    with begin() as connection:
        view = templates_view(connection, event=event, language=language, words=words, preview=shown, faults=codes)
        return _templates(request, connection, view)


@router.post("/templates/{event}/{language}/default")
def drop_template(event: str, language: str, begin: Begin, actor: Acting) -> Response:
    """Go back to the product's own words."""
    with begin() as connection:
        templates.drop_template(connection, event, language, actor=actor)
    return RedirectResponse(f"/admin/notices/templates?event={event}&language={language}&done=default", 303)


@router.post("/{way}/{id}/change")
def change(
    request: Request,
    way: Literal["channels", "webhooks"],
    id: str,
    begin: Begin,
    actor: Acting,
    name: Text = "",
    address: Text = "",
    language: Text = "",
    events: Texts = None,
) -> Response:
    """Change a channel or a webhook. An address that is left empty stays as it is."""
    number, new_address, chosen = row_id(id, way.removesuffix("s")), address.strip() or None, events or []
    try:
        with begin() as connection:
            if way == "channels":
                wanted = channels.ChannelChange(
                    name=name, address=new_address, language=language or None, events=chosen
                )
                channels.change_channel(connection, number, wanted, actor=actor)
            else:
                webhooks.change_webhook(connection, number, name=name, url=new_address, events=chosen, actor=actor)
    except InvalidInput as error:
        codes = tuple(fault.code for fault in error.faults)
        with begin() as connection:
            return _ways(request, connection, ways_view(connection, of=f"{way}/{number}", faults=codes))
    return RedirectResponse("/admin/notices/channels?done=changed", 303)


@router.post("/{way}/{id}/{verb}")
def press(way: Literal["channels", "webhooks"], id: str, verb: str, begin: Begin, actor: Acting) -> Response:
    """One press of a channel's or webhook's button."""
    do = VERBS[way].get(verb)
    if do is None:
        raise NotFound(said("There is no such page."))
    with begin() as connection:
        do(connection, row_id(id, way.removesuffix("s")), actor)
    if verb == "test":
        return RedirectResponse("/admin/notices?done=test", 303)
    return RedirectResponse(f"/admin/notices/channels?done={'switch' if verb in ('on', 'off') else verb}", 303)


def _events(chosen: list[str] | None, scope: str) -> list[str] | None:
    """The chosen events; of all that are offered, those that this scope can hear, if any was chosen."""
    possible = OF_SCOPE.get(cast(Scope, scope), frozenset())
    return [each for each in chosen if each in possible] if chosen else None


def _settled(id: str, begin: Begin, actor: Actor, do: Callable[..., None], done: str) -> Response:
    try:
        with begin() as connection:
            do(connection, row_id(id, "notice"), actor=actor)
    except Conflict:
        done = ""  # somebody else was faster: the list tells
    return RedirectResponse(f"/admin/notices?state=failed&done={done}", 303)


def _ways(request: Request, connection: Connection, view: WaysView) -> Response:
    shell = shell_of(request, communities=communities(connection))
    return page(request, ways_page(view, shell=shell), 422 if view.faults else 200)


def _templates(request: Request, connection: Connection, view: TemplatesView) -> Response:
    shell = shell_of(request, communities=communities(connection))
    return page(request, templates_page(view, shell=shell), 422 if view.faults else 200)
