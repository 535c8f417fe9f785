"""Seals what nobody may read from a stolen dump: phones, identity numbers, and words that hold them.

A sealed value is one byte of version, the id of its key, a random nonce, and the value under AES-256-GCM.
The column that it belongs to is authenticated with it: a value that is moved to another column does not
open. What must be found by its exact value has a keyed hash beside it. The idea ends where somebody holds
both the dump and the key, or may ask the running service.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Self

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from gis.errors import Said, Unavailable, said
from gis.security.keys import ID_BYTES, Keys, keys_of
from gis.settings import Settings

VERSION = b"\x01"
NONCE_BYTES = 12
_HEAD_BYTES = len(VERSION) + ID_BYTES


class Vault:
    """Seals and opens with the keys that `keys()` gives at that moment, the first of them for new values."""

    def __init__(self, keys: Callable[[], Keys]) -> None:
        self._keys = keys

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The vault of these settings; a key is looked for when it is first needed."""
        return cls(keys_of(settings))

    @property
    def key_ids(self) -> list[bytes]:
        """The ids of its keys, that of new values first. Raises Unavailable if a key cannot be read."""
        return [key.id for key in self._keys()]

    def seal(self, clear: str, *, of: str) -> bytes:
        """The value sealed for a column (`resident.phone`)."""
        key, nonce = self._keys()[0], secrets.token_bytes(NONCE_BYTES)
        return VERSION + key.id + nonce + key.sealer(of).encrypt(nonce, clear.encode(), of.encode())

    def open(self, sealed: bytes, *, of: str) -> str:
        """The value that was sealed for this column.

        Raises Unavailable if its key is not there, or it was sealed for another column or has been changed.
        """
        key = next((key for key in self._keys() if key.id == key_id(sealed)), None)
        if key is None:
            raise Unavailable(lacking(key_id(sealed)))
        nonce, hidden = sealed[_HEAD_BYTES:][:NONCE_BYTES], sealed[_HEAD_BYTES + NONCE_BYTES :]
        try:
            return key.sealer(of).decrypt(nonce, hidden, of.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unavailable(
                said("A value of {of} does not open: it has been changed or moved since.", of=of)
            ) from None

    def digests(self, clear: str, *, of: str) -> list[bytes]:
        """The value's hash under each key: the first is for writing, any may be stored until a rotation ends."""
        return [key.digest(clear, of) for key in self._keys()]


def key_id(sealed: bytes) -> bytes:
    """The id of the key that a value was sealed with."""
    return sealed[len(VERSION) : _HEAD_BYTES]


def lacking(id: bytes) -> Said:
    """What to do about a key that is not there."""
    return said(
        "Personal data in this database was sealed with the key {key}, which is not among this home's keys. "
        "Put it back, from the backup, into DUALGRID_DATA_KEYS or keys/data.key of the home.",
        key=id.hex(),
    )


def vault_of(connection: Connection) -> Vault:
    """The vault that the connection's engine was made with. Raises Unavailable if it was made without one."""
    vault: Vault | None = connection.get_execution_options().get("vault")
    if vault is None:
        raise Unavailable(said("This connection was opened without the key of personal data."))
    return vault
