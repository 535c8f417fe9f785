"""Where large pieces of data are kept: a folder of the home, or an S3-compatible bucket; one interface for both.

What is put is named by the hash of its bytes, so that a name says what has to be found under it. Two things that are
the same share a name: what is stored here has been sealed, and is never the same.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from gis.errors import NotFound, Unavailable, said
from gis.settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Config

FOLDER = "attachments"
_WAIT = timedelta(seconds=20)
_SHARD = 2


class Store:
    """Pieces of data by name. Every method raises Unavailable where the folder or bucket cannot be used."""

    def __init__(self, objects: ObjectStore, folder: Path | None = None) -> None:
        self._objects = objects
        self._folder = folder

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store of these settings; nothing is asked of it yet."""
        if not settings.attachments_url:
            folder = settings.home / FOLDER
            return cls(LocalStore(folder, mkdir=True), folder)
        config: S3Config = {"region": settings.attachments_region}
        if settings.attachments_endpoint:
            config["endpoint"] = settings.attachments_endpoint
        if settings.attachments_secret_key is not None:
            config["access_key_id"] = settings.attachments_key_id
            config["secret_access_key"] = settings.attachments_secret_key.get_secret_value()
        return cls(
            S3Store.from_url(
                settings.attachments_url,
                config=config,
                client_options={"allow_http": settings.attachments_endpoint.startswith("http://"), "timeout": _WAIT},
                retry_config={"max_retries": 2, "retry_timeout": _WAIT},
            )
        )

    def put(self, data: bytes) -> str:
        """Store a piece of data and give its name; it is there, also after a power failure, when this returns."""
        name = hashlib.sha256(data).hexdigest()
        with _asked():
            obstore.put(self._objects, _path(name), data)
            if self._folder is not None:
                for path in (self._folder / _path(name), (self._folder / _path(name)).parent, self._folder):
                    _synced(path)
        return name

    def get(self, name: str) -> bytes:
        """The data of this name. Raises NotFound where there is none, or none that has this hash."""
        with _asked():
            data = bytes(obstore.get(self._objects, _path(name)).bytes())
        if hashlib.sha256(data).hexdigest() != name:
            raise NotFound(said("What is stored under this name is not what was put there."))
        return data

    def delete(self, names: Iterable[str]) -> None:
        """Let go of these; one that is not there is no fault."""
        for name in names:
            with _asked(), suppress(NotFoundError, FileNotFoundError):
                obstore.delete(self._objects, _path(name))

    def names(self, *, before: datetime) -> Iterator[str]:
        """The names of all that was put before a moment."""
        with _asked():
            for page in obstore.list(self._objects):
                for each in page:
                    if each["last_modified"] < before:
                        yield each["path"].replace("/", "")


def _path(name: str) -> str:
    """Spread over folders, since a file system may be slow with very many names in one."""
    return f"{name[:_SHARD]}/{name[_SHARD:]}"


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise NotFound(said("What was stored here is no longer there.")) from None
    except (BaseError, OSError) as error:
        # The first line only: what follows may hold addresses that are signed.
        raise Unavailable(
            said("The store of attachments does not answer: {reason}", reason=str(error).partition(chr(10))[0])
        ) from None


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
