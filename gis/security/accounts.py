"""Accounts: who can sign in, and as what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, func, insert, select, update

from gis.actor import AccountRole
from gis.errors import Conflict, Fault, InvalidInput, NotFound
from gis.security import passwords
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
    sign_in,
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


def accounts(connection: Connection) -> list[Account]:
    """All accounts by name."""
    query = (
        select(account.c.id, account.c.username, account.c.role, worker.c.code, account.c.disabled_at)
        .outerjoin(worker, worker.c.id == account.c.worker_id)
        .order_by(account.c.username)
    )
    return [Account(*row) for row in connection.execute(query)]


def create_account(
    connection: Connection,
    *,
    username: str,
    password: str,
    role: AccountRole,
    worker_code: str | None = None,
    community: str | None = None,
    areas: Collection[str] | None = None,
) -> int:
    """Create an account and return its id.

    `worker_code` says whose it is, for the roles of posts; `community` tells workers of the same code apart.
    `areas`, codes, is what an official or planner sees; None stands for all that there are now.

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
    return _insert(connection, username, password, role, worker_id, area_ids)


def verify_password(connection: Connection, username: str, password: str) -> Account | None:
    """The account that a name and a password belong to, or None, after the same amount of work."""
    query = (
        select(account.c.id, account.c.username, account.c.role, account.c.disabled_at, account.c.password_hash)
        .where(account.c.username == username)
        .where(account.c.disabled_at.is_(None))
    )
    known = None if "\x00" in username else connection.execute(query).first()
    if not passwords.fits(password[: passwords.MOST_CHARACTERS + 1], known.password_hash if known else None):
        return None
    assert known is not None
    return Account(known.id, known.username, known.role, None, known.disabled_at)


def set_password(connection: Connection, username: str, password: str) -> None:
    """Change a password and end every sign-in of the account.

    Raises NotFound for an unknown name, InvalidInput for a password that will not do.
    """
    faults = _faults_of_password(password)
    if faults:
        raise InvalidInput(faults)
    account_id = _id_of(connection, username)
    _set_hash(connection, account_id, password)
    end_sign_ins(connection, account_id)


def disable_account(connection: Connection, username: str) -> None:
    """Shut an account and end its sign-ins; what it has done keeps its name. Raises NotFound."""
    account_id = _id_of(connection, username)
    connection.execute(update(account).where(account.c.id == account_id).values(disabled_at=func.now()))
    end_sign_ins(connection, account_id)


def end_sign_ins(connection: Connection, account_id: int) -> None:
    """End every sign-in of an account."""
    connection.execute(sign_in.delete().where(sign_in.c.account_id == account_id))


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
            _set_hash(connection, found.id, chosen)
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


def _insert(
    connection: Connection,
    username: str,
    password: str,
    role: AccountRole,
    worker_id: int | None,
    area_ids: Sequence[int],
) -> int:
    values = {"username": username, "password_hash": passwords.hash_password(password), "role": role}
    made: int = connection.execute(
        insert(account).values(**values, worker_id=worker_id).returning(account.c.id)
    ).scalar_one()
    if area_ids:
        connection.execute(insert(account_area), [{"account_id": made, "area_id": each} for each in area_ids])
    return made


def _set_hash(connection: Connection, account_id: int, password: str) -> None:
    hashed = passwords.hash_password(password)
    connection.execute(update(account).where(account.c.id == account_id).values(password_hash=hashed))


def _id_of(connection: Connection, username: str) -> int:
    found: int | None = connection.scalar(select(account.c.id).where(account.c.username == username))
    if found is None:
        raise NotFound(f"There is no account {username!r}.")
    return found


def _faults_of_name(username: str) -> list[Fault]:
    if not 1 <= len(username) <= LONGEST_NAME or not username.isprintable() or " " in username:
        return [Fault("username", "bad_username", f"must be 1 to {LONGEST_NAME} printable characters without spaces")]
    return []


def _faults_of_password(password: str) -> list[Fault]:
    least, most = passwords.LEAST_CHARACTERS, passwords.MOST_CHARACTERS
    if not least <= len(password) <= most:
        return [Fault("password", "bad_password", f"must be {least} to {most} characters long")]
    return []
