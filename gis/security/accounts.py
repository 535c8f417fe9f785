"""Accounts: who can sign in, and as what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from gis.actor import AccountRole
from gis.errors import Conflict, Fault, InvalidInput, NotFound, Term, said
from gis.security import passwords
from gis.security.credentials import keep_password, password_faults
from gis.security.sign_in import end_sign_ins
from gis.storage.reading import holds_at
from gis.storage.tables import (
    ACCOUNT_ROLES,
    AREA_ROLES,
    POST_OF_ROLE,
    account,
    account_area,
    area,
    grid,
    post,
    worker,
)
from gis.workforce.workers import find_worker

LONGEST_NAME = 80
DEMO_ROLES: tuple[AccountRole, ...] = ("admin", "official", "dispatcher", "planner")


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `worker` is the code of the person whose account it is, `areas` those that it sees."""

    id: int
    username: str
    role: AccountRole
    worker: str | None
    worker_name: str | None
    disabled_at: datetime | None
    created_at: datetime
    must_change_password: bool
    areas: tuple[str, ...]


def accounts(
    connection: Connection,
    *,
    words: str = "",
    role: AccountRole | None = None,
    after: str = "",
    limit: int | None = None,
) -> list[Account]:
    """Accounts by name, at most `limit` behind the name `after`.

    Those whose name, or whose person's name or code, has these `words`, and those of one `role`.
    """
    query = _ACCOUNTS.where(account.c.username > after).order_by(account.c.username).limit(limit)
    if words:
        found = (account.c.username, worker.c.code, worker.c.name)
        query = query.where(or_(*(each.icontains(words, autoescape=True) for each in found)))
    if role is not None:
        query = query.where(account.c.role == role)
    return [_account(row) for row in connection.execute(query)]


def find_account(connection: Connection, username: str) -> Account:
    """The account with a name. Raises NotFound."""
    return _one(connection, account.c.username == username, repr(username))


def account_by_id(connection: Connection, account_id: int) -> Account:
    """The account with an id. Raises NotFound."""
    return _one(connection, account.c.id == account_id, str(account_id))


def create_account(
    connection: Connection,
    *,
    username: str,
    password: str,
    role: AccountRole,
    worker_code: str | None = None,
    community: str | None = None,
    areas: Collection[str] | None = None,
    must_change_password: bool = False,
) -> int:
    """Create an account and return its id.

    `worker_code` says whose it is, for the roles of posts; `community` tells workers of the same code apart.
    `areas`, codes, is what an official or planner sees; None stands for all that there are now.
    `must_change_password` is for one that somebody else chose.

    Raises InvalidInput (with every fault) for a name, password, role or worker that will not do, and
    Conflict for a name that is taken.
    """
    faults = [*_faults_of_name(username), *password_faults(password)]
    worker_id, area_ids = _reach(connection, role, worker_code, community, areas, faults)
    if faults:
        raise InvalidInput(faults)
    return _insert(connection, username, password, role, worker_id, area_ids, must_change_password)


def change_role(
    connection: Connection,
    account_id: int,
    *,
    role: AccountRole,
    worker_code: str | None = None,
    community: str | None = None,
    areas: Collection[str] | None = None,
) -> None:
    """Give an account another role, person or areas; all of them as `create_account` takes them.

    Raises NotFound, and InvalidInput with every fault.
    """
    account_by_id(connection, account_id)
    faults: list[Fault] = []
    worker_id, area_ids = _reach(connection, role, worker_code, community, areas, faults, account_id=account_id)
    if faults:
        raise InvalidInput(faults)
    connection.execute(update(account).where(account.c.id == account_id).values(role=role, worker_id=worker_id))
    connection.execute(account_area.delete().where(account_area.c.account_id == account_id))
    _give_areas(connection, account_id, area_ids)


def disable_account(connection: Connection, username: str) -> None:
    """Shut an account and end its sign-ins; what it has done keeps its name. Raises NotFound."""
    found = find_account(connection, username)
    connection.execute(update(account).where(account.c.id == found.id).values(disabled_at=func.now()))
    end_sign_ins(connection, found.id)


def enable_account(connection: Connection, username: str) -> None:
    """Open an account again, with the password that it had. Raises NotFound."""
    found = find_account(connection, username)
    connection.execute(update(account).where(account.c.id == found.id).values(disabled_at=None))


def ensure_demo_accounts(connection: Connection, password: str | None) -> list[tuple[str, AccountRole, str]]:
    """The demonstration's accounts (name, role, password), made where they are missing.

    `admin`, `official`, `dispatcher`, `planner`, and one for each grid worker of the invented communities:
    `worker001` is the one of the first grid by code. All have `password`; None makes a new random one.
    An account that has another password gets this one, so that what is printed works; a disabled one stays so.
    """
    chosen = password or passwords.random_password()
    wanted: list[tuple[str, AccountRole, int | None]] = [(role, role, None) for role in DEMO_ROLES]
    wanted += [(f"worker{number:03}", "worker", held) for number, held in enumerate(_grid_workers(connection), 1)]
    known = {row.username: row for row in connection.execute(select(account))}
    taken = {row.worker_id for row in known.values() if row.worker_id is not None}
    made: list[tuple[str, AccountRole, str]] = []
    for username, role, worker_id in wanted:
        found = known.get(username)
        if found.disabled_at if found else worker_id in taken:
            continue
        if found is None:
            area_ids = _area_ids(connection, role, None, [])
            _insert(connection, username, chosen, role, worker_id, area_ids)
        elif not passwords.fits(chosen, found.password_hash):
            keep_password(connection, found.id, chosen)
            end_sign_ins(connection, found.id)
        made.append((username, cast(AccountRole, found.role) if found else role, chosen))
    return made


def _grid_workers(connection: Connection) -> list[int]:
    """Workers who hold a grid's post today in an invented community, each once, by grid."""
    today = func.timezone(area.c.time_zone, func.now()).cast(post.c.valid_from.type)
    query = (
        select(post.c.worker_id)
        .join(grid, grid.c.id == post.c.grid_id)
        .join(area, area.c.id == grid.c.community_id)
        .where(area.c.synthetic, post.c.role == "grid_worker", ~post.c.stand_in)
        .where(holds_at(post, today))
        .order_by(area.c.code, grid.c.code)
    )
    return list(dict.fromkeys(connection.scalars(query)))


def _reach(
    connection: Connection,
    role: AccountRole,
    worker_code: str | None,
    community: str | None,
    areas: Collection[str] | None,
    faults: list[Fault],
    account_id: int | None = None,
) -> tuple[int | None, Sequence[int]]:
    """The ids of the person and of the areas for a role; what is wrong with them is added to `faults`.

    `account_id` is the account that has the person already, if it is not a new one.
    """
    if role not in ACCOUNT_ROLES:
        faults.append(
            Fault(
                "role",
                "unknown_role",
                said("must be one of {list}", list=[Term("account", each) for each in ACCOUNT_ROLES]),
            )
        )
    worker_id = None
    if worker_code is not None:
        try:
            worker_id = find_worker(connection, worker_code, community=community)
            holder = connection.scalar(select(account.c.id).where(account.c.worker_id == worker_id))
            if holder not in (None, account_id):
                faults.append(
                    Fault(
                        "worker", "has_account", said("{worker_code!r} has an account already", worker_code=worker_code)
                    )
                )
        except InvalidInput as error:
            faults += error.faults
    if (role in POST_OF_ROLE) != (worker_code is not None):
        reason = said(
            "each of the roles {list} needs a worker, and no other role has one",
            list=[Term("account", each) for each in POST_OF_ROLE],
        )
        faults.append(Fault("worker", "worker_with_role", reason))
    return worker_id, _area_ids(connection, role, areas, faults)


def _area_ids(
    connection: Connection, role: AccountRole, codes: Collection[str] | None, faults: list[Fault]
) -> Sequence[int]:
    if role not in AREA_ROLES:
        if codes:
            faults.append(
                Fault(
                    "area",
                    "area_with_role",
                    said("only the roles {list} have areas", list=[Term("account", each) for each in AREA_ROLES]),
                )
            )
        return []
    if codes is None:
        return connection.scalars(select(area.c.id).where(area.c.parent_id.is_(None))).all()
    known = dict(connection.execute(select(area.c.code, area.c.id).where(area.c.code.in_(codes))).all())
    faults += [
        Fault("area", "unknown_area", said("there is no area {code!r}", code=code))
        for code in codes
        if code not in known
    ]
    return list(known.values())


_AREAS = (
    select(func.array_agg(aggregate_order_by(area.c.code, area.c.code)))
    .join(account_area, account_area.c.area_id == area.c.id)
    .where(account_area.c.account_id == account.c.id)
    .scalar_subquery()
)
_ACCOUNTS = select(
    account.c.id,
    account.c.username,
    account.c.role,
    worker.c.code.label("worker"),
    worker.c.name.label("worker_name"),
    account.c.disabled_at,
    account.c.created_at,
    account.c.must_change_password,
    _AREAS.label("areas"),
).outerjoin(worker, worker.c.id == account.c.worker_id)


def _account(row: Any) -> Account:
    return Account(**{**row._mapping, "areas": tuple(row.areas or ())})


def _one(connection: Connection, which: ColumnElement[bool], named: str) -> Account:
    row = connection.execute(_ACCOUNTS.where(which)).first()
    if row is None:
        raise NotFound(said("There is no account {named}.", named=named))
    return _account(row)


def _insert(
    connection: Connection,
    username: str,
    password: str,
    role: AccountRole,
    worker_id: int | None,
    area_ids: Sequence[int],
    must_change_password: bool = False,
) -> int:
    values = {
        "username": username,
        "password_hash": passwords.hash_password(password),
        "role": role,
        "worker_id": worker_id,
        "must_change_password": must_change_password,
    }
    new = insert(account).values(values).on_conflict_do_nothing(index_elements=[account.c.username])
    made: int | None = connection.scalar(new.returning(account.c.id))
    if made is None:
        raise Conflict(said("There is an account {username!r} already.", username=username))
    _give_areas(connection, made, area_ids)
    return made


def _give_areas(connection: Connection, account_id: int, area_ids: Sequence[int]) -> None:
    if area_ids:
        connection.execute(insert(account_area), [{"account_id": account_id, "area_id": each} for each in area_ids])


def _faults_of_name(username: str) -> list[Fault]:
    if not 1 <= len(username) <= LONGEST_NAME or not username.isprintable() or " " in username:
        return [
            Fault(
                "username",
                "bad_username",
                said("must be 1 to {longest_name} printable characters without spaces", longest_name=LONGEST_NAME),
            )
        ]
    return []
