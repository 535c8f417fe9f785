"""Who has guessed passwords too often has to wait, longer each time.

Failures are counted by the name that was tried, whether there is such an account or not, and by the address
that the tries come from, whatever names they are for. A try is counted before its password is looked at, so
that many at once are no way around; a right password takes its count back. All of it is in the database: it holds
in every process and after a restart. Names and addresses are kept as hashes: somebody may have typed a
password for a name.

Where the idea fails: who knows a name can keep its owner waiting. That is why the wait is bounded, why being
signed in already, a token, and the sign-in of an identity provider are not touched by it, and why an
administrator can end it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from gis.settings import Settings
from gis.storage.tables import sign_in_failure as failure

Subject = Literal["name", "address"]
FORGIVEN_AFTER_S: dict[Subject, float] = {"name": 3600.0, "address": 60.0}
"""One failure is forgiven after so long. An address may be that of a whole office, which mistypes all day."""
KEPT_DAYS = 2


@dataclass(frozen=True, slots=True)
class Patience:
    """After how many failures there is a wait, how long the first is, and how long the longest."""

    tries_of: dict[Subject, int]
    first_wait_s: float
    longest_wait_s: float

    @classmethod
    def of(cls, settings: Settings) -> Patience:
        """What the operator has set."""
        tries: dict[Subject, int] = {"name": settings.sign_in_tries, "address": settings.sign_in_address_tries}
        return cls(tries, settings.sign_in_wait_s, settings.sign_in_longest_wait_s)

    def wait_s(self, subject: Subject, failures: float) -> float:
        """How long to wait after so many failures: nothing at first, then twice as long each time."""
        beyond = math.ceil(failures) - self.tries_of[subject]
        return 0.0 if beyond < 0 else min(self.longest_wait_s, self.first_wait_s * 2 ** min(beyond, 30))


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, since whoever has one of them has all that follow."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def begin_try(connection: Connection, username: str, address: str, patience: Patience) -> int:
    """Count a try as failed before it is made; 0, or how many seconds to wait if it is not to be made now.

    Commit before the password is looked at. One that has to wait is not counted.
    """
    keys: list[tuple[Subject, bytes]] = [("name", key_hash(username)), ("address", key_hash(network_of(address)))]
    held = [_held(connection, subject, hashed) for subject, hashed in keys]
    waits = [(row.waits_until - row.now).total_seconds() for row in held if row.waits_until is not None]
    longest = max(waits, default=0.0)
    if longest > 0:
        return math.ceil(longest)
    for (subject, hashed), row in zip(keys, held, strict=True):
        forgiven = (row.now - row.failed_at).total_seconds() / FORGIVEN_AFTER_S[subject]
        failures = max(0.0, row.failures - max(0.0, forgiven)) + 1
        wait_s = patience.wait_s(subject, failures)
        connection.execute(
            update(failure)
            .where(_is(subject, hashed))
            .values(
                failures=failures,
                failed_at=row.now,
                waits_until=row.now + timedelta(seconds=wait_s) if wait_s else None,
            )
        )
    return 0


def take_back(connection: Connection, username: str, address: str) -> None:
    """The try that was begun has succeeded: forget the name's failures, and this one of the address.

    The address's others stay: its owner could wipe them out with an account of his own.
    """
    unlock(connection, username)
    connection.execute(
        update(failure)
        .where(_is("address", key_hash(network_of(address))))
        .values(failures=func.greatest(0, failure.c.failures - 1), waits_until=None)
    )
    stale = select(failure.c.subject, failure.c.key_hash).where(
        failure.c.failed_at < func.now() - timedelta(days=KEPT_DAYS)
    )
    for subject, hashed in connection.execute(stale.limit(1000).with_for_update(skip_locked=True)).all():
        connection.execute(delete(failure).where(_is(subject, hashed)))


def unlock(connection: Connection, username: str) -> None:
    """Forget the failures of a name."""
    connection.execute(delete(failure).where(_is("name", key_hash(username))))


def waiting(connection: Connection, usernames: list[str]) -> dict[str, datetime]:
    """Those of the names that have to wait now, and until when."""
    by_hash = {key_hash(name): name for name in usernames}
    query = select(failure.c.key_hash, failure.c.waits_until).where(
        failure.c.subject == "name", failure.c.key_hash.in_(by_hash), failure.c.waits_until > func.now()
    )
    return {by_hash[bytes(hashed)]: until for hashed, until in connection.execute(query)}


def key_hash(value: str) -> bytes:
    """What is kept of a name or an address."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()


def _held(connection: Connection, subject: Subject, hashed: bytes) -> Row[Any]:
    """What is counted of a subject, and the moment, locked.

    One statement makes the row or locks the one there is: between two, a right password could have taken it away.
    """
    made = insert(failure).values(subject=subject, key_hash=hashed)
    locked = made.on_conflict_do_update(constraint=failure.primary_key, set_={"key_hash": made.excluded.key_hash})
    return connection.execute(locked.returning(failure, func.clock_timestamp().label("now"))).one()


def _is(subject: Subject, hashed: bytes) -> ColumnElement[bool]:
    return and_(failure.c.subject == subject, failure.c.key_hash == hashed)
