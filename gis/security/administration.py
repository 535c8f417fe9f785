"""What an administrator does with accounts; each verb leaves its trace.

`by` is who does it: an administrator, or the system itself for the command line.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from gis.actor import AccountRole, Actor
from gis.errors import Conflict, said
from gis.security import lockout, passwords
from gis.security.accounts import (
    Account,
    account_by_id,
    change_role,
    create_account,
    disable_account,
    enable_account,
)
from gis.security.audit import Subject, record
from gis.security.credentials import set_password
from gis.security.sign_in import end_sign_ins
from gis.storage.tables import account


def create(
    connection: Connection,
    by: Actor,
    *,
    username: str,
    role: AccountRole,
    password: str | None = None,
    worker_code: str | None = None,
    community: str | None = None,
    areas: Collection[str] | None = None,
    must_change_password: bool = True,
) -> tuple[Account, str]:
    """Create an account; gives it and its password, which is a random one unless it is given.

    Its owner has to change it at the first sign-in, unless it is his own choice. Raises InvalidInput and Conflict,
    as `create_account`.
    """
    chosen = passwords.random_password() if password is None else password
    made = create_account(
        connection,
        username=username,
        password=chosen,
        role=role,
        worker_code=worker_code,
        community=community,
        areas=areas,
        must_change_password=must_change_password,
    )
    note(connection, by, "create_account", made, role=role)
    return account_by_id(connection, made), chosen


def change(
    connection: Connection,
    by: Actor,
    account_id: int,
    *,
    role: AccountRole,
    worker_code: str | None = None,
    community: str | None = None,
    areas: Collection[str] | None = None,
) -> None:
    """Give an account another role, person or areas. Raises NotFound, InvalidInput, and Conflict for the last admin."""
    before = account_by_id(connection, account_id)
    if role != "admin":
        _keep_an_admin(connection, before)
    change_role(connection, account_id, role=role, worker_code=worker_code, community=community, areas=areas)
    note(connection, by, "change_account", account_id, role=role, before=before.role)


def disable(connection: Connection, by: Actor, account_id: int) -> None:
    """Shut an account and end its sign-ins. Raises NotFound, and Conflict for the last administrator's."""
    found = account_by_id(connection, account_id)
    _keep_an_admin(connection, found)
    disable_account(connection, found.username)
    note(connection, by, "disable_account", account_id)


def enable(connection: Connection, by: Actor, account_id: int) -> None:
    """Open an account again. Raises NotFound."""
    enable_account(connection, account_by_id(connection, account_id).username)
    note(connection, by, "enable_account", account_id)


def reset_password(connection: Connection, by: Actor, account_id: int, password: str | None = None) -> str:
    """Give an account a password, and end all sign-ins; a random one has to be changed at the next sign-in.

    Raises NotFound, and InvalidInput for a given one that will not do.
    """
    chosen = password or passwords.random_password()
    set_password(connection, account_by_id(connection, account_id).username, chosen, must_change=not password)
    note(connection, by, "reset_password", account_id)
    return chosen


def unlock(connection: Connection, by: Actor, account_id: int) -> None:
    """Let the owner of an account try again after too many wrong passwords. Raises NotFound."""
    lockout.unlock(connection, account_by_id(connection, account_id).username)
    note(connection, by, "unlock_account", account_id)


def sign_out(connection: Connection, by: Actor, account_id: int) -> None:
    """End all sign-ins and API tokens of an account. Raises NotFound."""
    end_sign_ins(connection, account_by_id(connection, account_id).id)
    note(connection, by, "end_sign_ins", account_id)


def note(connection: Connection, by: Actor, action: str, account_id: int, **detail: object) -> None:
    """Write down in the audit log what was done with an account."""
    record(connection, by, action, subject=Subject("account", account_id), detail=detail)


def _keep_an_admin(connection: Connection, changed: Account) -> None:
    """Raise Conflict if nobody could administer without this account; two who remove each other wait here."""
    open_admins = (
        select(account.c.id)
        .where(account.c.role == "admin", account.c.disabled_at.is_(None))
        .order_by(account.c.id)
        .with_for_update()
    )
    if list(connection.scalars(open_admins)) == [changed.id]:
        raise Conflict(said("{username!r} is the last administrator.", username=changed.username))
