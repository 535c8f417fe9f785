"""A matter's way from call to answer: 网民呼叫, 网格快反, 街道处置, 部门报到.

One table says which stage may follow which, who may bring it about, and what it has to be told with. Whatever
changes a stage goes through `move`. Two things hold always:

- resolved is not closed. Who resolves a matter says so; closing needs somebody else: the reporter, a second
  person who checked, or a time in which nobody objected (`Settings.silent_days`).
- every matter is answered (件件有回音): what is resolved tells its reporter what was done, and what was never
  resolved is not closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, insert, select, update

from gis.actor import SYSTEM, AccountRole, Actor
from gis.errors import Conflict, Denied, Fault, InvalidInput, NotFound, Overtaken, Term, said
from gis.issues.deadlines import MOST_AT_ONCE, leave_stage, start_stage
from gis.issues.record import ByHand, drop_hints, pin
from gis.security.sealed import ISSUE_ANSWER
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import OPEN, issue, issue_event

Status = Literal["reported", "accepted", "at_street", "at_department", "resolved", "closed", "withdrawn", "merged"]
Level = Literal["household", "grid", "network", "street", "department"]
Way = Literal["in_group", "online", "on_site", "by_neighbours"]
Confirmation = Literal["reporter", "check", "silence"]
Detail = Literal["note", "answer", "settled_level", "grid", "into", "confirmation"]

_DESK: frozenset[AccountRole] = frozenset({"admin", "dispatcher"})
_FIELD: frozenset[AccountRole] = _DESK | {"worker"}


@dataclass(frozen=True, slots=True)
class Step:
    """One way on from a stage: its name, who may take it, and what it has to be told with.

    `by_reporter` opens it also to the account that entered the matter, whatever its role.
    """

    name: str
    roles: frozenset[AccountRole]
    needs: tuple[Detail, ...] = ()
    by_reporter: bool = False


STEPS: dict[tuple[Status, Status], Step] = {
    ("reported", "accepted"): Step("accept", _FIELD),
    ("reported", "reported"): Step("transfer", _FIELD, ("grid", "note")),
    ("accepted", "reported"): Step("transfer", _FIELD, ("grid", "note")),
    ("reported", "at_street"): Step("hand_up", _DESK, ("note",)),
    ("accepted", "at_street"): Step("hand_up", _FIELD, ("note",)),
    ("at_street", "at_department"): Step("hand_up", _DESK, ("note",)),
    ("at_department", "at_street"): Step("hand_back", _DESK, ("note",)),
    ("at_street", "accepted"): Step("hand_back", _DESK, ("note",)),
    ("accepted", "resolved"): Step("resolve", _FIELD, ("answer", "settled_level")),
    ("at_street", "resolved"): Step("resolve", _DESK, ("answer", "settled_level")),
    ("at_department", "resolved"): Step("resolve", _DESK, ("answer", "settled_level")),
    ("resolved", "closed"): Step("close", _FIELD, ("confirmation",), by_reporter=True),
    ("resolved", "accepted"): Step("reopen", _FIELD, ("note",), by_reporter=True),
    ("closed", "accepted"): Step("reopen", _FIELD, ("note",), by_reporter=True),
    ("withdrawn", "reported"): Step("reopen", _DESK, ("note",)),
    ("merged", "reported"): Step("part", _DESK, ("note",)),
    **{(stage, "merged"): Step("merge", _FIELD, ("into",)) for stage in OPEN},
    **{(stage, "withdrawn"): Step("withdraw", _DESK, ("note",), by_reporter=True) for stage in OPEN},
}
"""Which stage may follow which; what is not here is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What somebody wants a matter to become.

    `grid` is the code of the grid that it is transferred to, `into` the id of the matter that it is a duplicate of.
    Numbers of persons in `note` are kept masked only; the reporter's `answer` is kept as the matter's text is.
    """

    to: Status
    note: str | None = None
    answer: str | None = None
    settled_level: Level | None = None
    settled_way: Way | None = None
    confirmation: Confirmation | None = None
    grid: str | None = None
    into: int | None = None


@dataclass(frozen=True, slots=True)
class Onward:
    """A step that is open to somebody now."""

    to: Status
    name: str
    needs: tuple[Detail, ...]


def onward(status: Status, actor: Actor, *, entered: bool = False) -> list[Onward]:
    """The steps that an actor may take from a stage; `entered`: the matter is one that this account entered."""
    return [
        Onward(to, step.name, step.needs)
        for (start, to), step in STEPS.items()
        if start == status and (actor.role in step.roles or (step.by_reporter and entered))
    ]


def move(
    connection: Connection,
    issue_id: int,
    wanted: Move,
    *,
    version: int | None,
    settings: Settings,
    actor: Actor,
    for_reporter: bool = False,
) -> None:
    """Bring a matter to another stage, with an event that says who, when and why.

    `version` is the one that the actor has seen; `for_reporter` says that the caller knows the reporter, whom the
    actor speaks for. Raises `NotFound` for a matter out of scope, `Overtaken` if it
    has changed since, `Conflict` (with what is allowed) for a step that does not exist from here, `Denied` for one
    that is not this actor's, `InvalidInput` for what is missing.
    """
    row = _held(connection, issue_id, wanted.into)
    if version is not None and version != row.version:
        raise Overtaken(
            said(
                "Issue {issue_id} is now {status}: somebody has changed it. Look at it again.",
                issue_id=issue_id,
                status=Term("status", row.status),
            )
        )
    entered = for_reporter or (row.account_id is not None and row.account_id == actor.account_id)
    step = STEPS.get((row.status, wanted.to))
    if step is None:
        ways = [Term("status", each) for each in sorted(way.to for way in onward(row.status, actor, entered=entered))]
        raise Conflict(
            said(
                "From {status} a matter cannot become {to}; it may become: {ways}.",
                status=Term("status", row.status),
                to=Term("status", wanted.to),
                ways=ways or [said("nothing")],
            )
        )
    if actor.role not in step.roles and not (step.by_reporter and entered):
        raise Denied(
            said(
                "The role {role} may not {step} a matter that is {status}.",
                role=Term("account", actor.role),
                step=Term("step", step.name),
                status=Term("status", row.status),
            )
        )
    _check(row, step, wanted, settings, actor)
    if step.name == "transfer":
        assert wanted.grid is not None
        pin(connection, issue_id, ByHand(grid=wanted.grid), settings=settings, actor=actor)
    now = datetime.now(UTC)
    changed = {"status": wanted.to, "stage_since": now, "was_late": leave_stage(row, now)}
    changed |= _columns(connection, row, step, wanted, actor, now)
    with acting(connection, SYSTEM):  # a matter may go to where its mover no longer sees it
        connection.execute(update(issue).where(issue.c.id == issue_id).values(**changed))
        start_stage(connection, issue_id)
        if wanted.to not in OPEN:
            drop_hints(connection, issue_id)
        _note(connection, issue_id, actor, row.status, step, wanted)
        if step.name == "merge":
            connection.execute(update(issue).where(issue.c.merged_into == issue_id).values(merged_into=wanted.into))
        if step.name == "resolve":
            _answer_duplicates(connection, issue_id, wanted, actor)


def close_silent(connection: Connection, *, settings: Settings) -> int:
    """Close what was resolved and objected to by nobody for `Settings.silent_days`; the number that was closed.

    At most `MOST_AT_ONCE`, the longest silent first: the rest is for the next time.
    """
    since = datetime.now(UTC) - timedelta(days=settings.silent_days)
    silent = (issue.c.status == "resolved", issue.c.answer.is_not(None), issue.c.resolved_at <= since)
    query = select(issue.c.id).where(*silent).order_by(issue.c.resolved_at).limit(MOST_AT_ONCE)
    due = connection.scalars(query.with_for_update(skip_locked=True)).all()
    for issue_id in due:
        move(
            connection,
            issue_id,
            Move(to="closed", confirmation="silence"),
            version=None,
            settings=settings,
            actor=SYSTEM,
        )
    return len(due)


def _held(connection: Connection, issue_id: int, into: int | None) -> Row[Any]:
    """A matter's row, locked with the one it is merged into, by id: two merges never wait in a circle."""
    wanted = (issue.c.id == issue_id) if into is None else issue.c.id.in_((issue_id, into))
    rows = connection.execute(select(issue).where(wanted).order_by(issue.c.id).with_for_update()).all()
    found = next((row for row in rows if row.id == issue_id), None)
    if found is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    return found


def _check(row: Row[Any], step: Step, wanted: Move, settings: Settings, actor: Actor) -> None:
    faults = [
        Fault(name, "missing", said("is needed to {step} a matter", step=Term("step", step.name)))
        for name in step.needs
        if getattr(wanted, name) is None
    ]
    given = {name for name in get_args(Detail) if getattr(wanted, name) is not None} - {"note"}
    faults += [
        Fault(name, "not_here", said("has no place in this step: {step}", step=Term("step", step.name)))
        for name in sorted(given - set(step.needs))
    ]
    if faults:
        raise InvalidInput(faults)
    if step.name == "close":
        _check_confirmation(row, wanted, settings, actor)


def _check_confirmation(row: Row[Any], wanted: Move, settings: Settings, actor: Actor) -> None:
    if row.answer is None:
        raise Conflict(said("A matter cannot be closed without an answer to its reporter: resolve it with one first."))
    if wanted.confirmation == "check" and (actor.account_id is None or actor.account_id == row.resolved_by):
        raise Denied(said("Who resolved a matter cannot be the one who checks it: another person has to."))
    if wanted.confirmation != "reporter" and actor.role not in _FIELD:
        raise Denied(said("Who entered a matter may close it for its reporter only."))
    if wanted.confirmation == "silence":
        until = (row.resolved_at or row.stage_since) + timedelta(days=settings.silent_days)
        if datetime.now(UTC) < until:
            raise Conflict(
                said(
                    "Its reporter may object until {until:%Y-%m-%d %H:%M} UTC; silence counts after that.", until=until
                )
            )


def _columns(
    connection: Connection, row: Row[Any], step: Step, wanted: Move, actor: Actor, now: datetime
) -> dict[str, Any]:
    """What a step changes of a matter beside its stage."""
    changed: dict[str, Any] = {}
    if row.first_answered_at is None and step.name in ("accept", "hand_up", "resolve"):
        changed["first_answered_at"] = now
    if step.name == "resolve":
        changed |= {
            **ISSUE_ANSWER.values(vault_of(connection), wanted.answer),
            "settled_level": wanted.settled_level,
            "settled_way": wanted.settled_way,
            "resolved_at": now,
            "resolved_by": actor.account_id,
        }
    elif step.name == "close":
        changed |= {"closed_at": max(now, row.reported_at), "confirmation": wanted.confirmation}
    elif step.name == "reopen":
        changed |= {"closed_at": None, "confirmation": None, "resolved_at": None, "resolved_by": None}
        changed |= {"settled_level": None, "settled_way": None}
    elif step.name == "merge":
        changed["merged_into"] = _target(connection, row.id, wanted.into)
    elif step.name == "part":
        changed["merged_into"] = None
    return changed


def _target(connection: Connection, issue_id: int, into: int | None) -> int:
    """The open matter in the actor's sight that another is merged into; `_held` has locked it. Raises InvalidInput."""
    found = connection.execute(select(issue.c.id, issue.c.status).where(issue.c.id == into)).one_or_none()
    if found is None:
        raise InvalidInput([Fault("into", "unknown_issue", said("there is no issue {into}", into=into))])
    if found.id == issue_id or found.status not in OPEN:
        raise InvalidInput(
            [
                Fault(
                    "into",
                    "not_open",
                    said(
                        "issue {into} is {status}: name another one that is open",
                        into=into,
                        status=Term("status", found.status),
                    ),
                )
            ]
        )
    return int(found.id)


def _answer_duplicates(connection: Connection, issue_id: int, wanted: Move, actor: Actor) -> None:
    """Who reported a duplicate gets the same answer as who reported the matter."""
    merged = connection.scalars(select(issue.c.id).where(issue.c.merged_into == issue_id)).all()
    if not merged:
        return
    answer = ISSUE_ANSWER.values(vault_of(connection), wanted.answer)
    connection.execute(update(issue).where(issue.c.id.in_(merged)).values(**answer))
    told = {"answer": answer["answer"], "of": issue_id}
    events = [{"issue_id": each, "actor": actor.name, "kind": "answered", "detail": told} for each in merged]
    connection.execute(insert(issue_event), events)


def _note(connection: Connection, issue_id: int, actor: Actor, before: str, step: Step, wanted: Move) -> None:
    told = {
        "step": step.name,
        "from": before,
        "to": wanted.to,
        "note": wanted.note,
        "answer": wanted.answer,
        "settled_level": wanted.settled_level,
        "settled_way": wanted.settled_way,
        "confirmation": wanted.confirmation,
        "grid": wanted.grid,
        "into": wanted.into,
    }
    detail = {name: value for name, value in told.items() if value is not None}
    connection.execute(insert(issue_event).values(issue_id=issue_id, actor=actor.name, kind="status", detail=detail))
