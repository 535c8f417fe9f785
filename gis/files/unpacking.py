"""Opens packed files without trusting what they say of themselves.

A few kilobytes can be packed so that they fill a disk. What a file unpacks to is bounded before it is unpacked (zip
names the sizes, and Python's zipfile gives out no byte more than is named) or while it is (gzip names none).
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from gis.errors import Fault, InvalidInput, Said, said

MOST_BYTES = 512 * 1024**2
"""Of a file that is read as a whole, as it is or unpacked."""
MOST_MEMBERS = 10_000
MOST_RATIO = 200
"""Real tables pack to a tenth or a fiftieth; a bomb to a thousandth."""
RATIO_MATTERS_BYTES = 64 * 1024**2
_PIECE_BYTES = 1024**2


def whole(path: Path) -> bytes:
    """The bytes of a file. Raises InvalidInput for one that is too large to be read as a whole."""
    if path.stat().st_size > MOST_BYTES:
        raise _refused("too_large", said("it is larger than {size}; divide it", size=_size(MOST_BYTES)))
    return path.read_bytes()


def gunzipped(path: Path) -> bytes:
    """What a gzip file holds. Raises InvalidInput if it is damaged, or unpacks to too much."""
    unpacked = bytearray()
    try:
        with gzip.open(path) as file:
            while piece := file.read(_PIECE_BYTES):
                unpacked += piece
                _check_sizes(len(unpacked), path.stat().st_size)
    except (OSError, EOFError, zlib.error) as error:
        raise _refused("unreadable", said("it is not a whole gzip file")) from error
    return bytes(unpacked)


@contextmanager
def checked_archive(path: Path, *, what: str) -> Iterator[zipfile.ZipFile]:
    """A zip archive whose members have been counted, added up and looked at by name; `what` it should be, for a person.

    Raises InvalidInput if it is none, holds too much, or holds names that lead out of it, and for whatever is found
    to be wrong while members are read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive.infolist(), path.stat().st_size)
            yield archive
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, UnicodeDecodeError) as error:
        raise _refused("unreadable", said("it is not {what}", what=what)) from error


def _check_members(members: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    if len(members) > MOST_MEMBERS:
        raise _refused(
            "too_many_members", said("the archive holds more than {most_members:,} files", most_members=MOST_MEMBERS)
        )
    names = [member.filename.replace("\\", "/") for member in members]
    if any(_leads_out(name) for name in names):
        raise _refused("unsafe_path", said("the archive names a file that would lie outside of it"))
    if len(set(names)) < len(names):
        raise _refused("duplicate_member", said("the archive holds two files of the same name"))
    _check_sizes(sum(member.file_size for member in members), packed_bytes)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or name[1:2] == ":" or "\x00" in name


def _check_sizes(unpacked_bytes: int, packed_bytes: int) -> None:
    if unpacked_bytes > MOST_BYTES:
        raise _refused("too_large", said("it unpacks to more than {size}", size=_size(MOST_BYTES)))
    if unpacked_bytes > RATIO_MATTERS_BYTES and unpacked_bytes > MOST_RATIO * packed_bytes:
        raise _refused(
            "too_dense",
            said("it unpacks to more than {most_ratio} times its size; send it unpacked", most_ratio=MOST_RATIO),
        )


def _size(number_bytes: int) -> str:
    return f"{number_bytes // 1024**2} MiB"


def _refused(code: str, reason: Said) -> InvalidInput:
    return InvalidInput([Fault("file", code, reason)])
