"""The keys by which personal data is sealed: from the settings, or from a file of this home.

The first key seals new values, the others only open what was sealed before a rotation. In the file each
stands on a line of its own. It is made, readable by its owner only, the first time that a key is needed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gis.errors import Unavailable, said
from gis.settings import Settings

KEY_BYTES = 32
ID_BYTES = 8
_KEEP_IT = "Put back the right key from its backup: what was sealed with it cannot be read by any other."


class DataKey:
    """One key. Nothing is sealed with it itself: each column has subkeys of its own (HKDF, RFC 5869)."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._sealers: dict[str, AESGCM] = {}
        self._hashing: dict[str, bytes] = {}

    @cached_property
    def id(self) -> bytes:
        """What tells it from other keys, and nothing of itself."""
        return self._derived("id", ID_BYTES)

    def sealer(self, of: str) -> AESGCM:
        """The cipher of a column."""
        if of not in self._sealers:
            self._sealers[of] = AESGCM(self._derived(f"seal {of}", KEY_BYTES))
        return self._sealers[of]

    def digest(self, clear: str, of: str) -> bytes:
        """A column's keyed hash of a value (HMAC-SHA256)."""
        if of not in self._hashing:
            self._hashing[of] = self._derived(f"digest {of}", KEY_BYTES)
        return hmac.digest(self._hashing[of], clear.encode(), "sha256")

    def _derived(self, purpose: str, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=f"dualgrid {purpose}".encode()).derive(self.secret)


Keys = tuple[DataKey, ...]


def keys_of(settings: Settings) -> Callable[[], Keys]:
    """What gives the keys whenever they are needed; from a file, as it is at that moment.

    It raises Unavailable, with what to do, where a key cannot be read or is none.
    """
    if settings.data_keys is None:
        return KeyFile(key_path(settings)).keys
    written = settings.data_keys.get_secret_value().split(",")
    keys = tuple(_key(each, f"DUALGRID_DATA_KEYS, key {n}") for n, each in enumerate(written, start=1))
    return lambda: keys


def key_path(settings: Settings) -> Path:
    return settings.home / "keys" / "data.key"


class KeyFile:
    """The keys of a home, newest first. Another process may put a new one in front at any time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._keys: Keys = ()

    def keys(self) -> Keys:
        """The keys, read again if the file has changed, and the file made if there is none."""
        try:
            if not self.path.exists():
                if self._seen is not None:
                    raise Unavailable(
                        said("{path} is gone since this process began. {keep_it}", path=self.path, keep_it=_KEEP_IT)
                    )
                self._make()
            state = self.path.stat()
            seen = (state.st_ino, state.st_mtime_ns)
            if seen != self._seen:
                if state.st_mode & 0o077:
                    raise Unavailable(said("{path} can be read by others: chmod 600 it.", path=self.path))
                lines = self.path.read_text(encoding="ascii").split()
                self._keys = tuple(_key(line, f"{self.path}, line {n}") for n, line in enumerate(lines, start=1))
                self._seen = seen
        except OSError as error:
            raise Unavailable(
                said(
                    "The key of personal data cannot be used: {path}: {strerror}.",
                    path=self.path,
                    strerror=error.strerror,
                )
            ) from None
        except UnicodeDecodeError:
            self._keys = ()
        if not self._keys:
            raise Unavailable(said("{path} holds no key. {keep_it}", path=self.path, keep_it=_KEEP_IT))
        return self._keys

    def replace(self, keys: Keys) -> None:
        """Write these keys instead, whole or not at all."""
        part = self._written(keys)
        part.replace(self.path)

    def _make(self) -> None:
        """Several processes may come here at once: the first one's file holds, and the others read it."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._written((new_key(),))
        try:
            os.link(part, self.path)
        except FileExistsError:
            pass
        finally:
            part.unlink()

    def _written(self, keys: Keys) -> Path:
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(base64.b64encode(key.secret).decode() + "\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        return part


def new_key() -> DataKey:
    return DataKey(secrets.token_bytes(KEY_BYTES))


def _key(written: str, where: str) -> DataKey:
    try:
        secret = base64.b64decode(written.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise Unavailable(
            said(
                "{where}: it is not a key ({key_bytes} bytes in base64: openssl rand -base64 32). {keep_it}",
                where=where,
                key_bytes=KEY_BYTES,
                keep_it=_KEEP_IT,
            )
        )
    return DataKey(secret)
