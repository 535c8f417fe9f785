"""Photos as phones take them, drawn here: of any size and format, with what a camera writes into them."""

from __future__ import annotations

import io
from typing import Any

from PIL import ExifTags, Image, ImageDraw

SECRET = b"do-not-keep-me"


def photo(
    width: int = 640,
    height: int = 480,
    *,
    format: str = "JPEG",
    lon: float | None = None,
    lat: float | None = None,
    datum: str | None = None,
    orientation: int | None = None,
    taken: str | None = None,
    offset: str | None = None,
    colour: str = "teal",
    **saved: Any,
) -> bytes:
    """A picture whose left half is red; with a place, a time or an orientation, if they are given."""
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height), fill="red")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET.decode()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    if taken is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if offset is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = offset
    if lon is not None and lat is not None:
        places = exif.get_ifd(ExifTags.IFD.GPSInfo)
        places[ExifTags.GPS.GPSLatitudeRef], places[ExifTags.GPS.GPSLatitude] = "S" if lat < 0 else "N", _dms(lat)
        places[ExifTags.GPS.GPSLongitudeRef], places[ExifTags.GPS.GPSLongitude] = "W" if lon < 0 else "E", _dms(lon)
        if datum is not None:
            places[ExifTags.GPS.GPSMapDatum] = datum
    written = io.BytesIO()
    image.save(written, format, exif=exif, **saved)
    return written.getvalue()


def pixels(content: bytes) -> Image.Image:
    """The picture in a file."""
    return Image.open(io.BytesIO(content))


def _dms(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees) * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    return whole, minutes, round(seconds, 4)
