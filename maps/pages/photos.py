"""The photos of a matter, as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: the addresses of the picture and its thumbnail, and whether the reader may remove it."""

    picture: str
    thumbnail: str
    added_at: datetime
    taken_at: datetime | None = None
    removable: bool = False


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """Where a photo was taken, read in one datum: the grid that it would be, empty where there is none."""

    crs: str
    grid_name: str = ""


@dataclass(frozen=True, slots=True)
class PhotoHint:
    """What a photo says of the place of a matter that has none: several readings where its camera named no datum."""

    address: str
    places: tuple[PhotoPlace, ...]


@dataclass(frozen=True, slots=True)
class Photos:
    """All photos of a matter. Who may not see any is told how many there are, nothing else."""

    address: str = ""
    shown: tuple[Photo, ...] = ()
    hint: PhotoHint | None = None
    may_see: bool = False
    may_add: bool = False
