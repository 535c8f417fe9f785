"""Photos as they may be kept: decoded by what they are, made small, and written again from their pixels alone.

Nothing of a file that was sent is kept but its pixels: not its name, its EXIF, its comments, nor what follows its end.
What a camera says of time and place is read first, and told apart from the picture.
"""

from __future__ import annotations

import io
import math
import struct
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from gis.errors import Fault, InvalidInput, Said, said

MEDIA_TYPE = "image/jpeg"
LONGEST_PX = 2048
THUMBNAIL_PX = 320
MOST_SCANS = 100
"""A progressive JPEG has ten; thousands of nearly empty ones, each a pass over the whole picture, take hours."""

_MOST_PIXELS = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
"""Phones take JPEG of 50 megapixels, which is read at a fraction of its size; the others are read whole."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
_SCAN = b"\xff\xda"
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, OverflowError)
"""What Pillow raises at a file that lies."""

_one_at_a_time = threading.Lock()
"""A picture being read takes up to 200 MB: several uploads at once wait for each other instead of for memory."""

CameraDatum = Literal["wgs84", "gcj02", "cgcs2000"]


@dataclass(frozen=True, slots=True)
class CameraPlace:
    """Where a camera says that it was, in degrees of `datum`; `said` is whether it named that datum."""

    lon: float
    lat: float
    datum: CameraDatum
    said: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo and its thumbnail as JPEG without anything but pixels, and what its camera said."""

    full: bytes
    thumbnail: bytes
    width_px: int
    height_px: int
    taken_at: datetime | None = None
    place: CameraPlace | None = None


def read_picture(content: bytes, *, where: str, zone: tzinfo = UTC) -> Picture:
    """The picture in a file, upright, at most `LONGEST_PX` wide and high.

    `zone` is the clock of a camera that names none. Raises InvalidInput, of the field `where`, for what is no JPEG,
    PNG or WebP, is cut off, or unpacks to too much.
    """
    if content.count(_SCAN) > MOST_SCANS:
        raise _refused(where, "too_many_scans", said("it is built so that reading it takes for ever"))
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS[image.format or ""]:
                    raise _refused(where, "too_many_pixels", said("it has more pixels than any photo: make it smaller"))
                told = _camera(image)
                return _written_again(image, told, zone)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _refused(
                where, "too_many_pixels", said("it has more pixels than any photo: make it smaller")
            ) from None
        except UnidentifiedImageError:
            raise _unknown(content, where) from None
        except _BROKEN:
            raise _refused(where, "unreadable", said("it is damaged, or was not sent whole")) from None


def _written_again(image: Image.Image, said: Mapping[str, Any], zone: tzinfo) -> Picture:
    image.draft("RGB", (LONGEST_PX, LONGEST_PX))
    image.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        pixels = Image.new("RGB", upright.size, "white")
        pixels.paste(upright, mask=upright)
    else:  # a new image, because one that was opened takes its comment and its profile along
        pixels = Image.new("RGB", upright.size)
        pixels.paste(upright.convert("RGB"))
    small = pixels.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return Picture(_jpeg(pixels), _jpeg(small), *pixels.size, taken_at=_moment(said, zone), place=_place(said))


def _jpeg(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


def _camera(image: Image.Image) -> Mapping[str, Any]:
    """The EXIF fields of time and place, by name; none where they cannot be read."""
    try:
        exif = image.getexif()
        times = exif.get_ifd(ExifTags.IFD.Exif)
        places = exif.get_ifd(ExifTags.IFD.GPSInfo)
        return {ExifTags.TAGS.get(tag, ""): value for tag, value in times.items()} | {
            ExifTags.GPSTAGS.get(tag, ""): value for tag, value in places.items()
        }
    except _BROKEN:
        return {}


def _moment(said: Mapping[str, Any], zone: tzinfo) -> datetime | None:
    """When it was taken; None for what no clock shows."""
    taken, offset = str(said.get("DateTimeOriginal", "")), str(said.get("OffsetTimeOriginal", ""))
    try:
        naive = datetime.strptime(taken.strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (its zone follows)
        clock = datetime.strptime(offset.strip("\x00 "), "%z").tzinfo if offset else None
    except ValueError:
        return None
    found = naive.replace(tzinfo=clock or zone)
    return found if datetime(1990, 1, 1, tzinfo=UTC) < found <= datetime.now(UTC) else None


def _place(said: Mapping[str, Any]) -> CameraPlace | None:
    try:
        lat = _degrees(said["GPSLatitude"]) * (-1 if str(said.get("GPSLatitudeRef", "N"))[:1] == "S" else 1)
        lon = _degrees(said["GPSLongitude"]) * (-1 if str(said.get("GPSLongitudeRef", "E"))[:1] == "W" else 1)
    except (*_BROKEN, ZeroDivisionError):
        return None
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90) or lon == lat == 0:
        return None
    named = "".join(filter(str.isalnum, str(said.get("GPSMapDatum", "")))).upper()
    datum: CameraDatum = "gcj02" if "GCJ" in named else "cgcs2000" if "CGCS" in named else "wgs84"
    return CameraPlace(round(lon, 7), round(lat, 7), datum, said=bool(named))


def _degrees(sexagesimal: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in sexagesimal)
    return degrees + minutes / 60 + seconds / 3600


def _unknown(content: bytes, where: str) -> InvalidInput:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        reason = said("it is HEIC, which cannot be read here: let the phone take photos as JPEG, or send a screenshot")
        return _refused(where, "heic", reason)
    return _refused(where, "content", said("its content is no JPEG, PNG or WebP, whatever it is called"))


def _refused(where: str, code: str, reason: Said) -> InvalidInput:
    return InvalidInput([Fault(where, code, reason)])
