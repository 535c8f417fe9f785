"""Imports workers and their posts: a row for each post, several rows for a worker who holds several.

A post is the same post if worker, role, place and first day are the same; then its end may change. Posts
that the file does not have stay. A worker's row may be without a post (no role).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from gis.errors import Said, said
from gis.importers.faults import MASKED, shown
from gis.importers.options import SINCE_EVER
from gis.importers.plan import Counts, Draft
from gis.importers.records import Record
from gis.progress import Progress
from gis.security.masking import MASK
from gis.security.sealed import WORKER_PHONE
from gis.security.vault import Vault, vault_of
from gis.storage.tables import ROLES, grid, online_group, post, worker

_ROLE_NAMES = {
    "专职网格员": "grid_worker",
    "网格员": "grid_worker",
    "网评员": "network_commentator",
    "网络评论员": "network_commentator",
    "物业管理员": "property_manager",
    "物业": "property_manager",
    "村居民小组长": "group_head",
    "居民小组长": "group_head",
    "小组长": "group_head",
}

PostKey = tuple[str, str, str, str, date]
"""Worker, role, grid code, group code (one of the two empty), first day."""


@dataclass(frozen=True)
class _Post:
    worker: str
    role: str
    grid: str
    group: str
    valid_from: date
    valid_to: date | None
    stand_in: bool
    told: str
    row: int | None = None
    id: int | None = None

    @property
    def key(self) -> PostKey:
        return self.worker, self.role, self.grid, self.group, self.valid_from

    def overlaps(self, other: _Post) -> bool:
        return self.valid_from < (other.valid_to or date.max) and other.valid_from < (self.valid_to or date.max)


@dataclass(frozen=True)
class WorkerChanges:
    """New workers, workers whose name or phone changes (by database id), new posts, and posts that change."""

    community_id: int
    new: list[Record]
    changed: dict[int, Record]
    new_posts: list[_Post]
    changed_posts: list[_Post]
    counts: Counts

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        progress("writing", 0, len(self.new) + len(self.new_posts))
        vault = vault_of(connection)
        if self.new:
            new = [_row(vault, person) | {"community_id": self.community_id} for person in self.new]
            connection.execute(insert(worker), new)
        for key, person in self.changed.items():
            connection.execute(update(worker).where(worker.c.id == key).values(_row(vault, person)))
        if self.changed_posts:  # before new ones begin: nothing may overlap in between
            statement = update(post).where(post.c.id == bindparam("key"))
            values: dict[str, object] = {"valid_to": bindparam("until"), "stand_in": bindparam("substitute")}
            rows = [{"key": p.id, "until": p.valid_to, "substitute": p.stand_in} for p in self.changed_posts]
            connection.execute(statement.values(values), rows)
        if self.new_posts:
            tables = (worker, grid, online_group)
            workers, grids, groups = (_ids(connection, table, self.community_id) for table in tables)
            new_rows = [
                {
                    "community_id": self.community_id,
                    "worker_id": workers[p.worker],
                    "role": p.role,
                    "grid_id": grids.get(p.grid),
                    "group_id": groups.get(p.group),
                    "stand_in": p.stand_in,
                    "valid_from": p.valid_from,
                    "valid_to": p.valid_to,
                }
                for p in self.new_posts
            ]
            connection.execute(insert(post), new_rows)
        return []


def check_workers(draft: Draft) -> WorkerChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    _check_people(draft)
    given = _given_posts(draft)
    stored = _stored_posts(draft.connection, draft.community.id)
    _check_overlaps(draft, given, stored)

    rows = draft.sound()
    kept = [p for p in given if p.row in rows.index]
    new_posts = [p for p in kept if p.key not in stored]
    changed_posts = [
        replace(p, id=held.id)
        for p in kept
        if (held := stored.get(p.key)) and (held.valid_to, held.stand_in) != (p.valid_to, p.stand_in)
    ]
    known = _stored_people(draft.connection, draft.community.id)
    new: dict[str, Record] = {}
    changed: dict[int, Record] = {}
    for row in rows.to_dict("records"):
        person: Record = {"name": row["name"]} | ({"phone": row["phone"]} if row.get("phone") else {})
        old = known.get(row["id"])
        if old is None:
            new[row["id"]] = {"code": row["id"], "phone": None} | new.get(row["id"], {}) | person
        elif difference := {name: value for name, value in person.items() if old[name] != value}:
            changed[old["id"]] = changed.get(old["id"], {}) | difference
    people = set(rows["id"])
    renamed = {code for code, old in known.items() if old["id"] in changed}
    touched = (renamed | {p.worker for p in new_posts + changed_posts}) - set(new)
    counts = Counts(len(new), len(touched), len(people) - len(touched) - len(new))
    return WorkerChanges(draft.community.id or 0, list(new.values()), changed, new_posts, changed_posts, counts)


def _check_people(draft: Draft) -> None:
    """One id is one person: the same name and, where given, the same phone in every row."""
    for field in ("name", "phone"):
        first: dict[str, tuple[int, str]] = {}
        for number, key, value in zip(draft.rows.index, draft.rows["id"], draft.column(field), strict=True):
            if key is None or value is None:
                continue
            row, told = first.setdefault(key, (number, value))
            if told != value:
                reason = said(
                    "{value}, but {unit} {row} says {told} for the same id",
                    value=shown(value),
                    unit=draft.source.unit,
                    row=row,
                    told=shown(told),
                )
                draft.faults.row(number, "contradiction", reason, field=field)
    masked = draft.column("phone").dropna()
    draft.faults.rows(masked[masked.str.contains(MASK, regex=False)], "masked", MASKED, field="phone")


def _given_posts(draft: Draft) -> list[_Post]:
    grids, groups = (_ids(draft.connection, table, draft.community.id) for table in (grid, online_group))
    if "grid_code" in draft.rows:
        draft.faults.unknown(draft.rows["grid_code"], grids, "grid", field="grid_code")
    if "group_code" in draft.rows:
        draft.faults.unknown(draft.rows["group_code"], groups, "group", field="group_code")
    since = draft.options.valid_from or SINCE_EVER
    fields = ("id", "role", "grid_code", "group_code", "valid_from", "valid_to", "stand_in")
    posts: list[_Post] = []
    seen: dict[PostKey, int] = {}
    for number, *values in zip(draft.rows.index, *(draft.column(field) for field in fields), strict=True):
        key, role, grid_code, group_code, begin, end, stand_in = values
        if not (role or grid_code or group_code):
            continue
        role = _ROLE_NAMES.get(role, role)
        if role not in ROLES:
            needed = said("the post needs a role; the roles are {list}", list=", ".join(ROLES))
            unknown = said("{role} is no role; the roles are {list}", role=shown(role), list=", ".join(ROLES))
            draft.faults.row(number, "bad_role", needed if role is None else unknown, field="role")
        if bool(grid_code) == bool(group_code):
            draft.faults.row(
                number, "bad_post", said("a post is in one grid or in one group: fill one of the two codes")
            )
        begin = begin or since
        if end is not None and end <= begin:
            reason = said(
                "it ends on {end}, but begins on {begin}: valid_to is the first day after it", end=end, begin=begin
            )
            draft.faults.row(number, "bad_period", reason, field="valid_to")
        if key is None or number in draft.faults.bad_rows:
            continue
        where = f"{draft.source.unit} {number}"
        given = _Post(key, role, grid_code or "", group_code or "", begin, end, bool(stand_in), where, number)
        if seen.setdefault(given.key, number) != number:
            reason = said("{unit} {seen} gives the same post", unit=draft.source.unit, seen=seen[given.key])
            draft.faults.row(number, "duplicate", reason)
            continue
        posts.append(given)
    return posts


def _check_overlaps(draft: Draft, given: list[_Post], stored: dict[PostKey, _Post]) -> None:
    """Posts as they would be afterwards: one regular grid worker a grid, and nobody twice in one post."""
    after = {**stored, **{p.key: p for p in given}}
    rules: tuple[tuple[Callable[[_Post], object], Callable[[_Post], Said]], ...] = (
        (_regular_worker_of, lambda p: said("grid {grid} has another grid worker at that time", grid=p.grid)),
        (lambda p: (p.worker, p.role, p.grid, p.group), lambda _: said("this post has a holder at that time")),
    )
    told: set[tuple[int, str]] = set()
    for key_of, told_of in rules:
        by_key: dict[object, list[_Post]] = defaultdict(list)
        for held in after.values():
            if (key := key_of(held)) is not None:
                by_key[key].append(held)
        for posts in by_key.values():
            posts.sort(key=lambda p: (p.valid_from, p.row or 0))
            longest = posts[0]
            for later in posts[1:]:
                earlier, longest = longest, max(longest, later, key=lambda p: p.valid_to or date.max)
                if not earlier.overlaps(later):
                    continue
                named, other = (later, earlier) if later.row is not None else (earlier, later)
                if named.row is None or (named.row, other.told) in told:
                    continue
                told.add((named.row, other.told))
                message = said(
                    "{what}: {worker} ({where}, from {since} to {until})",
                    what=told_of(named),
                    worker=shown(other.worker),
                    where=other.told,
                    since=other.valid_from,
                    until=other.valid_to or said("an open end"),
                )
                draft.faults.row(named.row, "overlapping_posts", message, field="valid_from")


def _regular_worker_of(held: _Post) -> str | None:
    """The grid whose regular grid worker a post makes its holder."""
    return held.grid if held.role == "grid_worker" and held.grid and not held.stand_in else None


def _stored_posts(connection: Connection, community_id: int | None) -> dict[PostKey, _Post]:
    query = (
        select(
            worker.c.code.label("worker"),
            post.c.role,
            grid.c.code.label("grid"),
            online_group.c.code.label("group"),
            post.c.valid_from,
            post.c.valid_to,
            post.c.stand_in,
            post.c.id,
        )
        .join(worker, worker.c.id == post.c.worker_id)
        .outerjoin(grid, grid.c.id == post.c.grid_id)
        .outerjoin(online_group, online_group.c.id == post.c.group_id)
        .where(post.c.community_id == community_id)
    )
    posts = []
    for row in connection.execute(query):
        place = (row.grid or "", row.group or "")
        told = "in the database"
        posts.append(_Post(row.worker, row.role, *place, row.valid_from, row.valid_to, row.stand_in, told, id=row.id))
    return {held.key: held for held in posts}


def _stored_people(connection: Connection, community_id: int | None) -> dict[str, Record]:
    """Database id, name and phone of each worker, by the worker's id."""
    query = select(worker.c.code, worker.c.id, worker.c.name, WORKER_PHONE.sealed)
    vault = vault_of(connection)
    return {
        code: {"id": id, "name": name, "phone": WORKER_PHONE.open(vault, phone)}
        for code, id, name, phone in connection.execute(query.where(worker.c.community_id == community_id))
    }


def _row(vault: Vault, person: Record) -> Record:
    """A worker's columns, of those that are given."""
    kept = {name: value for name, value in person.items() if name != "phone"}
    return kept | WORKER_PHONE.values(vault, person["phone"]) if "phone" in person else kept


def _ids(connection: Connection, table: Table, community_id: int | None) -> dict[str, int]:
    query = select(table.c.code, table.c.id).where(table.c.community_id == community_id)
    return dict(connection.execute(query).all())
