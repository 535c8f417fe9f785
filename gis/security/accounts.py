"""Accounts: who can sign in, and as what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, func, insert, or_, select, update

from gis.actor import AccountRole
from gis.errors import Conflict, Fault, InvalidInput, NotFound
from gis.security import passwords
from gis.security.lockout import unlock
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
    """One account; `worker` is the code of the worker whose account it is."""

    id: int
    username: str
    role: AccountRole
    worker: str | None
    disabled_at: datetime | None
    created_at: datetime
    must_change_password: bool


def accounts(connection: Connection, *, words: str = "", role: AccountRole | None = None) -> list[Account]:
    """All accounts by name; those whose name, or whose worker's name or code, has these words, or of one role."""
    query = _ACCOUNTS.order_by(account.c.username)
    if words:
        found = (account.c.username, worker.c.code, worker.c.name)
        query = query.where(or_(*(each.icontains(words, autoescape=True) for each in found)))
    if role is not None:
        query = query.where(account.c.role == role)
    return [Account(*row) for row in connection.execute(query)]


def find_account(connection: Connection, username: str) -> Account:
    """The account with a name. Raises NotFound."""
    return _one(connection.execute(_ACCOUNTS.where(account.c.username == username)).first(), repr(username))


def account_by_id(connection: Connection, account_id: int) -> Account:
    """The account with an id. Raises NotFound."""
    return _one(connection.execute(_ACCOUNTS.where(account.c.id == account_id)).first(), str(account_id))


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
    faults = [*_faults_of_name(username), *_faults_of_password(password)]
    if role not in ACCOUNT_ROLES:
        faults.append(Fault("role", "unknown_role", f"must be one of {', '.join(ACCOUNT_ROLES)}"))
    worker_id = None
    if worker_code is not None:
        try:
            worker_id = find_worker(connection, worker_code, community=community)
            if connection.scalar(select(account.c.id).where(account.c.worker_id == worker_id)):
                faults.append(Fault("worker", "has_account", f"{worker_code!r} has an account already"))
        except InvalidInput as error:
            faults += error.faults
    if (role in POST_OF_ROLE) != (worker_code is not None):
        reason = f"each of the roles {', '.join(POST_OF_ROLE)} needs a worker, and no other role has one"
        faults.append(Fault("worker", "worker_with_role", reason))
    area_ids = _area_ids(connection, role, areas, faults)
    if faults:
        raise InvalidInput(faults)
    if connection.scalar(select(account.c.id).where(account.c.username == username)):
        raise Conflict(f"There is an account {username!r} already.")
    return _insert(connection, username, password, role, worker_id, area_ids, must_change_password)


def verify_password(connection: Connection, username: str, password: str) -> Account | None:
    """The account that a name and a password belong to, or None, after the same amount of work.

    The account stays as it is until the end of the transaction, so that a sign-in which is opened in it is either
    seen by who disables the account or changes its password, or never opened.
    """
    query = (
        select(account.c.id, account.c.password_hash)
        .where(account.c.username == username, account.c.disabled_at.is_(None))
        .with_for_update(read=True)
    )
    known = None if "\x00" in username else connection.execute(query).first()
    if not passwords.fits(password[: passwords.MOST_CHARACTERS + 1], known.password_hash if known else None):
        return None
    assert known is not None
    return account_by_id(connection, known.id)


def open_account(connection: Connection, username: str) -> Account | None:
    """The account with a name that may sign in, kept as it is until the end of the transaction; None without one."""
    query = (
        select(account.c.id)
        .where(account.c.username == username, account.c.disabled_at.is_(None))
        .with_for_update(read=True)
    )
    known = None if "\x00" in username else connection.scalar(query)
    return None if known is None else account_by_id(connection, known)


def set_password(connection: Connection, username: str, password: str, *, must_change: bool = False) -> None:
    """Change a password and end every sign-in of the account; whoever was locked out may try again.

    `must_change` is for a password that somebody else has chosen: nothing else is allowed until it is changed.
    Raises NotFound for an unknown name, InvalidInput for a password that will not do.
    """
    faults = _faults_of_password(password)
    if faults:
        raise InvalidInput(faults)
    found = find_account(connection, username)
    _set_hash(connection, found.id, password, must_change=must_change)
    end_sign_ins(connection, found.id)
    unlock(connection, username)


def change_password(connection: Connection, account_id: int, *, present: str, new: str, token: str) -> None:
    """Change one's own password; every other sign-in and API token ends, the one with this `token` stays.

    Raises InvalidInput when the present password is another, or the new one will not do.
    """
    query = select(account.c.username, account.c.password_hash).where(account.c.id == account_id).with_for_update()
    known = connection.execute(query).one()
    faults = [Fault("new_password", fault.code, fault.reason) for fault in _faults_of_password(new)]
    if not passwords.fits(present[: passwords.MOST_CHARACTERS + 1], known.password_hash):
        faults.append(Fault("password", "wrong_password", "is not the present password"))
    elif new in (present, known.username):
        faults.append(Fault("new_password", "same_password", "must be another than the present one and the name"))
    if faults:
        raise InvalidInput(faults)
    _set_hash(connection, account_id, new, must_change=False)
    end_sign_ins(connection, account_id, but=token)


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
            _set_hash(connection, found.id, chosen, must_change=False)
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


def _area_ids(
    connection: Connection, role: AccountRole, codes: Collection[str] | None, faults: list[Fault]
) -> Sequence[int]:
    if role not in AREA_ROLES:
        if codes:
            faults.append(Fault("area", "area_with_role", f"only the roles {', '.join(AREA_ROLES)} have areas"))
        return []
    if codes is None:
        return connection.scalars(select(area.c.id).where(area.c.parent_id.is_(None))).all()
    known = dict(connection.execute(select(area.c.code, area.c.id).where(area.c.code.in_(codes))).all())
    faults += [Fault("area", "unknown_area", f"there is no area {code!r}") for code in codes if code not in known]
    return list(known.values())


_ACCOUNTS = select(
    account.c.id,
    account.c.username,
    account.c.role,
    worker.c.code,
    account.c.disabled_at,
    account.c.created_at,
    account.c.must_change_password,
).outerjoin(worker, worker.c.id == account.c.worker_id)


def _one(row: Sequence[Any] | None, named: str) -> Account:
    if row is None:
        raise NotFound(f"There is no account {named}.")
    return Account(*row)


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
    made: int = connection.execute(insert(account).values(values).returning(account.c.id)).scalar_one()
    if area_ids:
        connection.execute(insert(account_area), [{"account_id": made, "area_id": each} for each in area_ids])
    return made


def _set_hash(connection: Connection, account_id: int, password: str, *, must_change: bool) -> None:
    hashed = passwords.hash_password(password)
    changed = update(account).where(account.c.id == account_id)
    connection.execute(changed.values(password_hash=hashed, must_change_password=must_change))


def _faults_of_name(username: str) -> list[Fault]:
    if not 1 <= len(username) <= LONGEST_NAME or not username.isprintable() or " " in username:
        return [Fault("username", "bad_username", f"must be 1 to {LONGEST_NAME} printable characters without spaces")]
    return []


def _faults_of_password(password: str) -> list[Fault]:
    least, most = passwords.LEAST_CHARACTERS, passwords.MOST_CHARACTERS
    if not least <= len(password) <= most:
        return [Fault("password", "bad_password", f"must be {least} to {most} characters long")]
    return []
