"""What `/admin/notices` and the pages beside it show."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from gis.boundaries.areas import areas, today
from gis.notify.channels import channels, named_groups
from gis.notify.events import EVENTS, OF_SCOPE
from gis.notify.notices import Notice, NoticeFilter, State, counts, notices
from gis.notify.templates import PLACEHOLDERS, templates
from gis.notify.webhooks import webhooks
from gis.workforce.workers import workers
from maps.filters import Choice
from maps.pages.notices import NoticesView, ShownNotice, ShownTemplate, ShownWay, TemplatesView, WaysView

A_PAGE = 50


def notices_view(connection: Connection, *, state: State | None, before: int | None, done: str) -> NoticesView:
    """One page of the list."""
    found = notices(connection, NoticeFilter(state=state, before=before), limit=A_PAGE + 1)
    return NoticesView(
        notices=tuple(_shown(each) for each in found[:A_PAGE]),
        counts=counts(connection),
        state=state or "",
        older=str(found[A_PAGE - 1].id) if len(found) > A_PAGE else "",
        done=done,
    )


def ways_view(
    connection: Connection,
    *,
    filled: Mapping[str, str] | None = None,
    of: str = "",
    faults: tuple[str, ...] = (),
    done: str = "",
    secret: tuple[int, str] | None = None,
) -> WaysView:
    """Channels and webhooks, and what their forms offer. `of` is the form that would not do: "channel" or "webhook" for
    a new one, or the one that was to be changed, as `channels/7`. `secret` is that of a webhook, by its id."""
    hooks, day = webhooks(connection), today(connection)
    possible: dict[str, tuple[str, ...]] = {
        scope: tuple(event for event in EVENTS if event in heard) for scope, heard in OF_SCOPE.items()
    }
    return WaysView(
        channels=tuple(
            ShownWay(
                id=str(each.id),
                name=each.name,
                whom=each.whom,
                events=each.events,
                enabled=each.enabled,
                all=set(each.events) == OF_SCOPE[each.scope],
                scope=each.scope,
                stage=each.stage or "",
                kind=each.kind,
                language=each.language,
                possible=possible[each.scope],
                refused=of == f"channels/{each.id}",
            )
            for each in channels(connection)
        ),
        webhooks=tuple(
            ShownWay(
                id=str(each.id),
                name=each.name,
                whom=each.area,
                events=each.events,
                enabled=each.enabled,
                all=each.events == EVENTS,
                possible=EVENTS,
                both_until=each.old_secret_until,
                refused=of == f"webhooks/{each.id}",
            )
            for each in hooks
        ),
        possible=possible,
        events=EVENTS,
        areas=tuple(Choice(each.code, each.name) for each in areas(connection)),
        workers=tuple(Choice(f"{each.community} {each.code}", each.name) for each in workers(connection, day=day)),
        groups=tuple(Choice(f"{place} {code}", name) for place, code, name in named_groups(connection)),
        filled=filled or {},
        of=of,
        faults=faults,
        done=done,
        secret=secret[1] if secret else "",
        secret_of=next((each.name for each in hooks if secret and each.id == secret[0]), ""),
    )


def templates_view(
    connection: Connection,
    *,
    event: str,
    language: str,
    words: tuple[str, str] | None = None,
    preview: tuple[str, str] | None = None,
    faults: tuple[str, ...] = (),
    done: str = "",
) -> TemplatesView:
    """The template of an event and language, or the first; `words` are what is in its form instead of its own."""
    found = templates(connection)
    kept = found.get((event, language)) or next(iter(found.values()))
    subject, body = words or (kept.subject, kept.body)
    return TemplatesView(
        templates=tuple(
            ShownTemplate(each.event, each.language, each.subject, each.body, each.own) for each in found.values()
        ),
        chosen=ShownTemplate(kept.event, kept.language, subject, body, kept.own),
        placeholders=tuple(sorted(PLACEHOLDERS)),
        preview=preview,
        faults=faults,
        done=done,
    )


def _shown(each: Notice) -> ShownNotice:
    return ShownNotice(
        id=str(each.id),
        event=each.event,
        issue="" if each.issue_id is None else str(each.issue_id),
        to=each.to,
        name=each.name or "",
        subject="" if each.to == "webhook" else each.subject,
        state=each.state,
        reason=each.reason or "",
        tries=each.tries,
        at=each.sent_at or each.created_at,
        next_try_at=each.next_try_at if each.reason == "refused" else None,
    )
