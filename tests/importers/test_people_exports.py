"""Exports of people: masked unless they are asked for in clear, and then the same people when imported again."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gis.actor import SYSTEM
from gis.exporters.exporting import FORMATS, export
from gis.importers.plan import Counts
from gis.importers.read import read
from gis.settings import Settings
from gis.storage.session import set_actor

from .conftest import EAST, IN_WEST, WEST, Importer

PURPOSE = "a move to another server"
KINDS = ("boundaries", "buildings", "groups", "households", "workers", "issues")
TEXT = "挡路的是渝A12345，打13812345678"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A community with people in it, as files."""
    folder = tmp_path / "files"
    folder.mkdir()
    lon, lat = IN_WEST
    for kind, content in {
        "boundaries": f'code,name,geometry\nE,East,"{EAST.wkt}"\nW,West,"{WEST.wkt}"',
        "buildings": f"id,name,lon,lat\nB1,1栋,{lon},{lat}",
        "groups": "code,name,grid_codes\nG1,West people,W",
        "households": "building_id,unit,floor,door,residents,vehicles\n"
        "B1,1,5,2,张三 13812345678 500119199001011233|李四 500101199912310046|王五,渝A12345|渝AD12345\n"
        "B1,,3,1,4,\nB1,1,3,1,,",
        "workers": "id,name,phone,role,grid_code,group_code,valid_from,valid_to,stand_in\n"
        "W1,赵一,139-1234-5678,grid_worker,W,,2023-01-01,,\n"
        "W1,赵一,,网评员,,G1,2023-01-01,2024-01-01,\n"
        "W2,钱二,023-71234567,grid_worker,W,,2023-01-01,,是\nW3,孙三,,,,,,,",
        "issues": f"external_id,text,reported_at,address\n1,{TEXT},2024-01-01 08:00:00,1栋 13912345678",
    }.items():
        (folder / f"{kind}.csv").write_text(content + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("format", FORMATS)
def test_import_of_an_unmasked_export_is_the_identity(
    shared_engine: Engine, settings: Settings, tmp_path: Path, files: Path, format: str
) -> None:
    folders = [files, tmp_path / "first", tmp_path / "second"]
    for folder, following in pairwise(folders):
        following.mkdir()
        with shared_engine.connect() as connection, connection.begin() as transaction:
            set_actor(connection, SYSTEM)
            importer = Importer(connection, settings, tmp_path)
            for kind in KINDS:
                given = folder / f"{kind}.{format}"
                importer.take(kind, given if given.exists() else files / f"{kind}.csv")
            for kind in KINDS:
                path = following / f"{kind}.{format}"
                export(connection, kind, path, unmasked_for=PURPOSE)
                counts = importer.take(kind, path)
                assert (counts.new, counts.changed) == (0, 0)
            transaction.rollback()
    for kind in KINDS:
        first, second = (read(folder / f"{kind}.{format}").frame for folder in folders[1:])
        ours = [name for name in ("id", "grid_code", "worker_id") if kind == "issues"]
        assert first.drop(columns=ours).equals(second.drop(columns=ours))


def test_unmasked_export_says_what_was_sent(town: Importer, files: Path) -> None:
    for kind in ("households", "workers", "issues"):
        town.take(kind, files / f"{kind}.csv")
    path = town.folder / "out.csv"
    export(town.connection, "households", path, unmasked_for=PURPOSE)
    told = read(path).frame
    assert told["residents"].tolist() == ["4", "", "张三 13812345678 500119199001011233|李四 500101199912310046|王五"]
    assert told["vehicles"].tolist() == ["", "", "渝A12345|渝AD12345"]
    export(town.connection, "issues", path, unmasked_for=PURPOSE)
    assert read(path).frame["text"].tolist() == [TEXT]


@pytest.mark.parametrize("format", FORMATS)
def test_export_is_masked_and_is_not_taken_for_the_people_themselves(town: Importer, files: Path, format: str) -> None:
    told = ""
    for kind in ("households", "workers", "issues"):
        town.take(kind, files / f"{kind}.csv")
        path = town.folder / f"out.{format}"
        export(town.connection, kind, path)
        told += read(path).frame.to_csv()
        if kind == "issues":
            assert town.take(kind, path) == Counts(unchanged=1)
        else:
            assert {fault.code for fault in town.check(kind, path).faults} == {"masked"}
    for number in ("13812345678", "1391234", "139-1234", "500119", "7123", "A12345", "AD12345", "李四"):
        assert number not in told
    for mask in ("张* 138****5678 5001**********1233", "渝A***45", "139****5678", "挡路的是渝A***45，打138****5678"):
        assert mask in told
