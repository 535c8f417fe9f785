# ruff: noqa: F811 (the fixtures of the imports are taken in place of those of the API)
"""Hostile files are refused with a reason, change nothing, and take neither time nor memory worth speaking of."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gis.errors import InvalidInput
from gis.files.texts import text_of
from gis.geolocation.matching.files import read_gazetteer
from gis.geolocation.point_files import locate_file
from gis.importers.read import read
from gis.issues.lexicon import replace_lexicon
from gis.storage.tables import building, grid, grid_version
from tests.importers.conftest import Importer, grids, importer, town  # noqa: F401
from tests.security.hostile.corpus import TEXTS
from tests.security.hostile.files import REFUSED, SQUARE, file, geojson, hostile_table, polygon, shapefile_zipped_as

LONGEST_S = 30.0
"""On a busy machine, with what it takes to make the file; alone each is read in less than three."""
MOST_MEMORY_KB = 1_500_000


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_with_a_reason_and_changes_nothing(name: str, town: Importer, tmp_path: Path) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    path = REFUSED[name](folder)
    before = _stored(town), sorted(tmp_path.rglob("*"))
    began = time.monotonic()
    kinds = ("buildings", "issues") if path.suffix in (".csv", ".gz", ".xlsx") else ("boundaries", "buildings")
    for kind in kinds:
        with pytest.raises(InvalidInput) as raised:
            town.take(kind, path)
        for fault in raised.value.faults:
            assert fault.code
            assert fault.reason
            assert "Traceback" not in fault.reason
            fault.reason.encode()
    assert time.monotonic() - began < LONGEST_S
    assert (_stored(town), sorted(tmp_path.rglob("*"))) == before


def test_hostile_files_do_not_fill_the_memory(tmp_path: Path) -> None:
    """All of those that unpack to much, one after the other, by a process that may be looked at."""
    code = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from tests.security.hostile.files import REFUSED\n"
        "from gis.errors import InvalidInput\n"
        "from gis.importers.read import read\n"
        "for number, name in enumerate(REFUSED):\n"
        "    if any(word in name for word in ('bomb', 'dense', 'lies', 'laughs', 'million', 'many', 'endless')):\n"
        "        folder = Path(sys.argv[1], str(number)); folder.mkdir()\n"
        "        try: read(REFUSED[name](folder))\n"
        "        except InvalidInput: pass\n"
        # Its own peak: ru_maxrss begins at the size of who started it.
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < MOST_MEMORY_KB


@pytest.mark.parametrize("name", [name for name in REFUSED if name.split()[0] in ("geojson", "zip", "shp", "gpkg")])
def test_hostile_boundaries_of_a_file_of_points_are_refused(name: str, tmp_path: Path) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text("lon,lat\n107.0905,29.1605\n")
    folder = tmp_path / "sent"
    folder.mkdir()
    refused: tuple[object, ...] = ()
    try:
        locate_file(points, REFUSED[name](folder), out)
    except InvalidInput as error:
        refused = error.faults
    # What only an import refuses (a name that is no text, an outline without a corner) is no harm to a file of points.
    assert bool(refused) != out.exists()


@pytest.mark.parametrize("name", [name for name in REFUSED if name.startswith("csv") and name != "csv with nul"])
def test_hostile_file_of_points_is_refused(name: str, tmp_path: Path) -> None:
    boundaries, out = (
        file("grids.geojson", geojson(polygon(list(SQUARE.exterior.coords))))(tmp_path),
        tmp_path / "out.csv",
    )
    folder = tmp_path / "sent"
    folder.mkdir()
    with pytest.raises(InvalidInput):
        locate_file(REFUSED[name](folder), boundaries, out)
    assert not out.exists()
    assert not list(tmp_path.glob(".out*"))


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "csv with nul"])
def test_hostile_gazetteer_and_lexicon_are_refused(name: str, town: Importer, tmp_path: Path) -> None:
    path = REFUSED[name](tmp_path)
    with pytest.raises(InvalidInput):
        read_gazetteer(path)
    with pytest.raises(InvalidInput):
        replace_lexicon(town.connection, text_of(path))


def test_odd_text_is_kept_as_it_is(town: Importer, tmp_path: Path) -> None:
    path = hostile_table(tmp_path)
    town.take("buildings", path, skip_faulty=True)
    kept = {row.code: row.name for row in town.connection.execute(select(building.c.code, building.c.name))}
    for number, (name, text) in enumerate(TEXTS.items()):
        if name == "control":
            assert f"H{number}" not in kept
        elif text.strip():
            given = text.replace("|", "/")[:199].replace("\r\n", "\n").strip()
            assert kept[f"H{number}"] == given, name


def test_sound_files_are_still_read(tmp_path: Path) -> None:
    """The same ways of making files, without what is wrong with them: it is the harm that is refused."""
    assert read(
        file("a.geojson", geojson(polygon([[107.0, 29.0], [107.1, 29.0], [107.1, 29.1], [107.0, 29.0]])))(tmp_path)
    )
    assert len(read(shapefile_zipped_as(name="a folder/网格")(tmp_path)).frame) == 1


def _stored(town: Importer) -> list[int | None]:
    return [town.connection.scalar(select(func.count()).select_from(table)) for table in (grid, grid_version, building)]
