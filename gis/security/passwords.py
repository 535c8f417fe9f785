"""Passwords, kept as Argon2id hashes.

The cost is OWASP's second choice (19 MiB, two passes): about 25 ms here, which is dear for who guesses and
cheap enough to make a demonstration's accounts in a second.
"""

from __future__ import annotations

import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

LEAST_CHARACTERS = 8
MOST_CHARACTERS = 200
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


def hash_password(password: str) -> str:
    """The hash to keep, with a salt of its own."""
    return _hasher.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one that was hashed; without a hash as much work is done, in vain.

    So the time of an answer does not tell which names exist.
    """
    if password_hash is None:
        _hasher.verify(password, _nobody())
        return False
    try:
        return _hasher.verify(password, password_hash)
    except UnknownHashError:
        return False


def random_password() -> str:
    """A random password that can be read aloud: 59 bits in three groups of four."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(3))


@cache
def _nobody() -> str:
    return hash_password(secrets.token_urlsafe())
