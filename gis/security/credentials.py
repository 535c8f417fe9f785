"""What an account proves itself with: checked, chosen, changed."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from gis.actor import SYSTEM
from gis.errors import Fault, InvalidInput, NotFound, said
from gis.security import passwords
from gis.security.audit import Subject, record
from gis.security.lockout import unlock
from gis.security.sign_in import end_sign_ins
from gis.storage.tables import account


def verify_password(connection: Connection, username: str, password: str) -> int | None:
    """The id of the account that a name and a password belong to, or None, after the same amount of work.

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
    return int(known.id)


def record_failure(connection: Connection, username: str, address: str) -> None:
    """Write down that a password did not fit, and from where; a name that is nobody's may be a password, and is not
    kept."""
    query = select(account.c.id).where(account.c.username == username)
    known: int | None = None if "\x00" in username else connection.scalar(query)
    subject = Subject("account", known) if known is not None else None
    record(connection, SYSTEM, "sign_in_failed", subject=subject, detail={"address": address})


def open_account(connection: Connection, username: str) -> int | None:
    """The id of the account with a name, if it may sign in; it is kept as it is until the end of the transaction."""
    query = (
        select(account.c.id)
        .where(account.c.username == username, account.c.disabled_at.is_(None))
        .with_for_update(read=True)
    )
    known: int | None = None if "\x00" in username else connection.scalar(query)
    return known


def set_password(connection: Connection, username: str, password: str, *, must_change: bool = False) -> None:
    """Change a password and end every sign-in of the account; whoever was locked out may try again.

    `must_change` is for a password that somebody else has chosen: nothing else is allowed until it is changed.
    Raises NotFound for an unknown name, InvalidInput for a password that will not do.
    """
    faults = password_faults(password)
    if faults:
        raise InvalidInput(faults)
    found: int | None = connection.scalar(select(account.c.id).where(account.c.username == username))
    if found is None:
        raise NotFound(said("There is no account {username!r}.", username=username))
    keep_password(connection, found, password, must_change=must_change)
    end_sign_ins(connection, found)
    unlock(connection, username)


def change_password(connection: Connection, account_id: int, *, present: str, new: str, token: str) -> None:
    """Change one's own password; every other sign-in and API token ends, the one with this `token` stays.

    Raises InvalidInput when the present password is another, or the new one will not do.
    """
    query = select(account.c.username, account.c.password_hash).where(account.c.id == account_id).with_for_update()
    known = connection.execute(query).one()
    faults = [Fault("new_password", fault.code, fault.reason) for fault in password_faults(new)]
    if not passwords.fits(present[: passwords.MOST_CHARACTERS + 1], known.password_hash):
        faults.append(Fault("password", "wrong_password", said("is not the present password")))
    elif new in (present, known.username):
        faults.append(Fault("new_password", "same_password", said("must be another than the present one and the name")))
    if faults:
        raise InvalidInput(faults)
    keep_password(connection, account_id, new)
    end_sign_ins(connection, account_id, but=token)


def keep_password(connection: Connection, account_id: int, password: str, *, must_change: bool = False) -> None:
    """Keep another password's hash for an account."""
    hashed = passwords.hash_password(password)
    changed = update(account).where(account.c.id == account_id)
    connection.execute(changed.values(password_hash=hashed, must_change_password=must_change))


def password_faults(password: str) -> list[Fault]:
    """Why a password will not do."""
    least, most = passwords.LEAST_CHARACTERS, passwords.MOST_CHARACTERS
    if not least <= len(password) <= most:
        return [
            Fault("password", "bad_password", said("must be {least} to {most} characters long", least=least, most=most))
        ]
    return []
