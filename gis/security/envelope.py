"""Seals what is too large for the database: each piece by a key of its own, which the vault then seals in its row.

A rotation of the vault's keys seals the small key anew and leaves the piece as it is; when the row goes, what is left
of the piece, also in a backup of the store, opens for nobody.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gis.errors import Unavailable, said

KEY_BYTES = 32
NONCE_BYTES = 12


class Envelope:
    """Seals and opens the pieces that belong together, each bound to what it is (`of`)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(key)

    @classmethod
    def new(cls) -> Envelope:
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def of(cls, written: str) -> Envelope:
        return cls(base64.b64decode(written, validate=True))

    @property
    def key(self) -> str:
        """Its key as text, for the vault."""
        return base64.b64encode(self._key).decode()

    def seal(self, clear: bytes, *, of: bytes) -> bytes:
        """A piece sealed with AES-256-GCM, its nonce in front."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, clear, of)

    def open(self, sealed: bytes, *, of: bytes) -> bytes:
        """The piece that was sealed as `of`. Raises Unavailable if it has been changed, or is another one."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], of)
        except (InvalidTag, ValueError):
            raise Unavailable(said("What is stored does not open: it has been changed or moved since.")) from None
