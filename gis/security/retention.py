"""How long personal data is kept: the rules of the table `retention_rule`, and carrying them out.

Each rule names what is kept, for how many days, and whether it is deleted then or loses what tells of a person.
The audit log may be shortened by the owner of the database only, so that is who purges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select, update

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, said
from gis.security.audit import record
from gis.security.sealed import ISSUE_ADDRESS, ISSUE_ANSWER, ISSUE_TEXT, REPORTER_NAME, REPORTER_PHONE
from gis.storage.tables import (
    attachment,
    audit_log,
    conversation,
    issue,
    message,
    move_request,
    notice,
    retention_rule,
    sign_in,
    unmasking,
)

LEAST_AUDIT_DAYS = 183


@dataclass(frozen=True, slots=True)
class Purged:
    """What a rule has caught: `rows` were, or would be, deleted or anonymised."""

    what: str
    days: int
    action: str
    rows: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where something is kept, since when it counts as old, and which columns tell of a person, if not all."""

    table: Table
    since: ColumnElement[object]
    only: ColumnElement[bool] | None = None
    personal: tuple[str, ...] = ()

    def due(self, days: int) -> list[ColumnElement[bool]]:
        found = [self.since < func.now() - timedelta(days=days)]
        if self.only is not None:
            found.append(self.only)
        if self.personal:
            found.append(or_(*(self.table.c[name].is_not(None) for name in self.personal)))
        return found


REPORTER = (
    issue.c.reporter_name,
    REPORTER_NAME.sealed,
    REPORTER_PHONE.sealed,
    REPORTER_PHONE.digest,
    ISSUE_TEXT.sealed,
    ISSUE_ADDRESS.sealed,
    ISSUE_ANSWER.sealed,
)
"""What tells who reported a matter, or of whom its words speak; the words stay, as they are masked."""

_OVER = issue.c.status.in_(("closed", "withdrawn", "merged"))
_OVER_SINCE = func.coalesce(issue.c.closed_at, issue.c.stage_since)


def _when_over(table: Table) -> ColumnElement[object]:
    """Since when the matter of a row is over."""
    over = select(_OVER_SINCE).where(issue.c.id == table.c.issue_id, _OVER)
    return over.correlate(table).scalar_subquery()


KEPT: Mapping[str, _Kept] = {
    "sign_in": _Kept(sign_in, sign_in.c.expires_at),
    "unmasking": _Kept(unmasking, unmasking.c.expires_at),
    "reporter": _Kept(
        issue,
        _OVER_SINCE,
        _OVER,
        tuple(column.name for column in REPORTER),
    ),
    "attachment": _Kept(attachment, _when_over(attachment)),
    # Until then its sender may ask how far it is.
    "message": _Kept(message, _when_over(message), personal=(message.c.sender_digest.name,)),
    "conversation": _Kept(conversation, conversation.c.created_at),
    "move_request": _Kept(move_request, move_request.c.created_at),
    "notice": _Kept(notice, notice.c.created_at, notice.c.state.in_(("sent", "failed", "dropped"))),
    "audit_log": _Kept(audit_log, audit_log.c.at),
}
"""In the order in which they go: a request to move a car before its notice."""


def purge(connection: Connection, *, actor: Actor, apply: bool) -> list[Purged]:
    """What the rules have caught, rule by rule; it is deleted or anonymised with `apply`, and that is on record.

    The connection is the owner's, because the audit log is nobody else's to shorten.
    """
    rules = {row.what: row for row in connection.execute(select(retention_rule))}
    done = []
    for what, kept in KEPT.items():
        rule = rules[what]
        due = kept.due(rule.days)
        if not apply:
            rows = connection.scalar(select(func.count()).select_from(kept.table).where(*due)) or 0
        elif rule.action == "anonymise":
            nothing = dict.fromkeys(kept.personal, None)
            rows = connection.execute(update(kept.table).where(*due).values(nothing)).rowcount
        else:
            rows = connection.execute(delete(kept.table).where(*due)).rowcount
        done.append(Purged(what, rule.days, rule.action, rows))
    if apply:
        record(connection, actor, "purge", detail={"rows": {each.what: each.rows for each in done}})
    return done


def keep(connection: Connection, what: str, days: int, *, actor: Actor) -> None:
    """Change for how many days something is kept. Raises InvalidInput."""
    faults = []
    if what not in KEPT:
        faults.append(Fault("what", "unknown_rule", said("must be one of {list}", list=", ".join(KEPT))))
    if not 0 <= days <= 36_500 or (what == "audit_log" and days < LEAST_AUDIT_DAYS):
        least = LEAST_AUDIT_DAYS if what == "audit_log" else 0
        faults.append(Fault("days", "out_of_range", said("must be {least} to 36500 days", least=least)))
    if faults:
        raise InvalidInput(faults)
    connection.execute(update(retention_rule).where(retention_rule.c.what == what).values(days=days))
    record(connection, actor, "retention_rule", detail={"what": what, "days": days})
