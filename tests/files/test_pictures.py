"""Photos are taken by what they are, made small, and keep nothing but their pixels."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from PIL import Image

from gis.errors import InvalidInput
from gis.files.pictures import LONGEST_PX, THUMBNAIL_PX, Picture, read_picture
from tests.photos import SECRET, photo, pixels

CHINA = ZoneInfo("Asia/Shanghai")


def read(content: bytes) -> Picture:
    return read_picture(content, where="photo", zone=CHINA)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_picture_is_made_small_and_keeps_its_shape(format: str) -> None:
    found = read(photo(4000, 3000, format=format))
    assert (found.width_px, found.height_px) == pixels(found.full).size == (LONGEST_PX, 1536)
    assert pixels(found.thumbnail).size == (THUMBNAIL_PX, 240)
    assert pixels(found.full).format == pixels(found.thumbnail).format == "JPEG"


def test_small_picture_is_not_made_larger() -> None:
    assert pixels(read(photo(100, 80)).full).size == pixels(read(photo(100, 80)).thumbnail).size == (100, 80)


def test_photo_of_fifty_megapixels_is_made_small_too() -> None:
    assert read(photo(8160, 6120)).width_px == LONGEST_PX


def test_first_of_several_pictures_in_a_file_is_the_photo() -> None:
    """Phones put a second picture, of depth or of a moment later, behind the first."""
    written = io.BytesIO()
    behind = Image.new("RGB", (40, 30), "blue")
    pixels(photo(400, 300)).save(written, "MPO", save_all=True, append_images=[behind])
    assert pixels(read(written.getvalue()).full).size == (400, 300)


@pytest.mark.parametrize(("orientation", "red"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")])
def test_picture_is_put_upright(orientation: int, red: str) -> None:
    stored = pixels(read(photo(600, 400, orientation=orientation)).full).convert("RGB")
    right, bottom = stored.width - 10, stored.height - 10
    ends = {"left": (10, 200), "right": (right, 200), "top": (200, 10), "bottom": (200, bottom)}
    assert [name for name, place in ends.items() if _is_red(stored, place) and not _is_red(stored, _far(stored, place))]
    assert _is_red(stored, ends[red])
    assert not stored.getexif()


def test_nothing_but_pixels_is_kept() -> None:
    clean = read(photo(lon=107.0005, lat=29.0005, comment=SECRET, icc_profile=SECRET * 20) + SECRET)
    packed = read(photo(format="PNG", lon=107.0005, lat=29.0005) + SECRET)
    for kept in (clean.full, clean.thumbnail, packed.full, packed.thumbnail):
        assert SECRET not in kept
        assert b"Exif" not in kept
        assert set(pixels(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_transparent_parts_become_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(written, "PNG")
    assert pixels(read(written.getvalue()).full).getpixel((20, 20)) == (255, 255, 255)


def test_place_of_the_camera_is_told_with_its_datum_or_the_doubt() -> None:
    silent = read(photo(lon=107.0005, lat=29.0005)).place
    assert silent is not None
    assert (silent.datum, silent.said) == ("wgs84", False)
    assert (silent.lon, silent.lat) == (pytest.approx(107.0005, abs=1e-7), pytest.approx(29.0005, abs=1e-7))
    named = [read(photo(lon=107, lat=29, datum=datum)).place for datum in ("WGS-84", "GCJ-02", "CGCS2000")]
    assert [(each.datum, each.said) for each in named if each] == [("wgs84", True), ("gcj02", True), ("cgcs2000", True)]


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
@example_settings(max_examples=25, deadline=None)
def test_place_is_read_as_it_was_written(lon: float, lat: float) -> None:
    place = read(photo(8, 8, lon=lon, lat=lat)).place
    if abs(lon) < 1e-6 and abs(lat) < 1e-6:
        return
    assert place is not None
    assert (place.lon, place.lat) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))


@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (181, 29), (107, 91)])
def test_place_that_cannot_be_is_none(lon: float, lat: float) -> None:
    assert read(photo(lon=lon, lat=lat)).place is None


def test_time_is_by_the_cameras_clock_or_that_of_the_place() -> None:
    assert read(photo(taken="2024:06:01 12:00:00")).taken_at == datetime(2024, 6, 1, 4, tzinfo=UTC)
    assert read(photo(taken="2024:06:01 12:00:00", offset="+09:00")).taken_at == datetime(2024, 6, 1, 3, tzinfo=UTC)
    for taken in ("0000:00:00 00:00:00", "2999:01:01 00:00:00", "yesterday"):
        assert read(photo(taken=taken)).taken_at is None


@given(st.binary(max_size=400))
@example_settings(max_examples=60, deadline=None)
def test_bytes_that_are_no_picture_are_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(content)
    assert refused.value.faults[0].where == "photo"


@given(st.data())
@example_settings(max_examples=60, deadline=None)
def test_spoilt_photo_is_read_or_refused_and_nothing_else(data: Any) -> None:
    content = bytearray(photo(64, 48, lon=107, lat=29, taken="2024:06:01 12:00:00"))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InvalidInput):
        assert read(bytes(content)).full


def _is_red(image: Image.Image, place: tuple[int, int]) -> bool:
    red, green, _ = image.getpixel(place)  # type: ignore[misc]
    return bool(red > 200 and green < 60)


def _far(image: Image.Image, place: tuple[int, int]) -> tuple[int, int]:
    return image.width - 1 - place[0], image.height - 1 - place[1]
