"""Import of an export is the identity: in the same home nothing changes, in an empty one the same comes to be."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select

from gis.actor import SYSTEM
from gis.errors import InvalidInput
from gis.exporters.exporting import FORMATS, export
from gis.importers.plan import Counts
from gis.importers.read import read
from gis.settings import Settings
from gis.storage.session import set_actor
from gis.storage.tables import area, issue

from .conftest import EAST, IN_EAST, IN_WEST, WEST, Importer

KINDS = ("boundaries", "buildings", "places", "issues")
OURS = {"id", "grid_code", "worker_id", "location_method"}
"""What an export of issues tells and an import decides anew."""

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z"), exclude_characters="|"), min_size=1, max_size=30
)
messages = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=80).map("=x".__add__)
shares = st.floats(0.01, 0.99)
buildings = st.fixed_dictionaries(
    {
        "name": words,
        "aliases": st.lists(words, max_size=3, unique=True).map("|".join),
        "compound": st.one_of(st.just(""), words),
        "address": st.one_of(st.just(""), words),
        "floors": st.one_of(st.just(""), st.integers(1, 200)),
        "units": st.one_of(st.just(""), st.integers(1, 200)),
        "built_year": st.one_of(st.just(""), st.integers(1000, 2100)),
        "lon": shares.map(lambda share: 107.090 + 0.002 * share),
        "lat": shares.map(lambda share: 29.160 + 0.001 * share),
    }
)
places = st.fixed_dictionaries(
    {
        "name": words,
        "aliases": st.lists(words, max_size=3, unique=True).map("|".join),
        "compound": st.one_of(st.just(""), words),
        "kind": st.sampled_from(["", "gate", "kindergarten", "=1"]),
        "lon": shares.map(lambda share: 107.090 + 0.002 * share),
        "lat": shares.map(lambda share: 29.160 + 0.001 * share),
    }
)
issues = st.fixed_dictionaries(
    {
        "text": messages,
        "source": st.sampled_from(["import", "wechat_group", "hotline"]),
        "reported_at": st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "lasted": st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=900))),
        "place": st.one_of(st.none(), st.tuples(shares, shares)),
        "topic": st.one_of(st.just(""), words),
        "hazard": st.booleans(),
        "status": st.sampled_from(["reported", "at_street", "closed"]),
    }
)


def _features(told: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any]]:
    features = []
    for number, each in enumerate(told):
        lasted, place = each["lasted"], each["place"]
        properties = {name: each[name] for name in ("text", "source", "topic", "hazard", "status")} | {
            "external_id": f"X{number}",
            "reported_at": each["reported_at"].isoformat(),
            "closed_at": (each["reported_at"] + lasted).isoformat() if lasted is not None else "",
        }
        point = shapely.Point(107.090 + 0.002 * place[0], 29.160 + 0.001 * place[1]) if place else None
        features.append((properties, point))
    return features


def _content(path: Path) -> list[dict[str, str]]:
    source = read(path)
    frame = source.frame.drop(columns=[name for name in OURS if name in source.frame and path.stem == "issues"])
    if source.geometry is not None:
        frame["geometry"] = shapely.to_wkt(source.geometry, rounding_precision=-1)
    return frame.to_dict("records")


@pytest.mark.parametrize("format", FORMATS)
@example_settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is a second of work: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    houses=st.lists(buildings, min_size=1, max_size=4),
    known=st.lists(places, min_size=1, max_size=4),
    told=st.lists(issues, min_size=1, max_size=4),
)
def test_import_of_an_export_is_the_identity(
    shared_engine: Engine, settings: Settings, tmp_path: Path, format: str, houses: Any, known: Any, told: Any
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir(exist_ok=True)
    with shared_engine.connect() as connection, connection.begin() as transaction:
        set_actor(connection, SYSTEM)
        importer = Importer(connection, settings, tmp_path)
        grids = [({"code": "W", "name": "=West"}, WEST), ({"code": "E", "name": "+East"}, EAST)]
        importer.take("boundaries", importer.geojson("grids", grids))
        for kind, things in (("buildings", houses), ("places", known)):
            fields = sorted(things[0])
            rows = [[f"-{number}", *(thing[name] for name in fields)] for number, thing in enumerate(things)]
            importer.take(kind, importer.csv(kind, ["id", *fields], *rows))
        importer.take("issues", importer.geojson("issues", _features(told)))
        for kind in KINDS:
            count = export(connection, kind, first / f"{kind}.{format}")
            assert importer.take(kind, first / f"{kind}.{format}") == Counts(unchanged=count)
        transaction.rollback()
    with shared_engine.connect() as connection, connection.begin() as transaction:
        set_actor(connection, SYSTEM)
        importer = Importer(connection, settings, tmp_path)
        for kind in KINDS:
            count = importer.take(kind, first / f"{kind}.{format}").new
            assert export(connection, kind, second / f"{kind}.{format}") == count
            assert _content(second / f"{kind}.{format}") == _content(first / f"{kind}.{format}")
        transaction.rollback()


def test_footprints_and_their_buildings_come_back(town: Importer) -> None:
    house = shapely.box(107.0903, 29.1603, 107.0907, 29.1607)
    town.take("buildings", town.geojson("b", [({"id": "B2"}, house)]))
    for format in FORMATS:
        path = town.folder / f"out.{format}"
        export(town.connection, "buildings", path)
        assert town.take("buildings", path) == Counts(unchanged=2)


def test_an_issue_that_was_reported_here_is_known_again(town: Importer) -> None:
    community_id = town.connection.scalar(select(area.c.id))
    here = {"community_id": community_id, "source": "web", "text": " two\r\nlines ", "location_method": "none"}
    town.connection.execute(insert(issue).values(here | {"reported_at": datetime.now(UTC), "receipt": {}}))
    path = town.folder / "out.csv"
    export(town.connection, "issues", path)
    assert town.take("issues", path) == Counts(unchanged=1)
    town.connection.execute(issue.update().values(status="at_street"))
    plan = town.check("issues", path)
    assert plan.changes.counts == Counts(unchanged=1)
    assert [fault.code for fault in plan.warnings] == ["own_issue"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_cell_is_a_formula(town: Importer, format: str) -> None:
    rows = (["id", "name", "lon", "lat"], ["=1+1", '=HYPERLINK("http://x","y")', *IN_WEST], ["@b", "-2", *IN_EAST])
    town.take("buildings", town.csv("b", *rows))
    path = town.folder / f"out.{format}"
    export(town.connection, "buildings", path)
    if format == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
    else:
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]


def test_an_export_can_be_narrowed_to_one_community(town: Importer) -> None:
    elsewhere = shapely.box(8.0, 50.0, 8.001, 50.001)
    town.take("boundaries", town.geojson("other", [({"code": "W"}, elsewhere)]), community="other")
    path = town.folder / "out.csv"
    assert export(town.connection, "boundaries", path) == 3
    assert set(read(path).frame["community"]) == {"town", "other"}
    assert export(town.connection, "boundaries", path, community="other") == 1
    assert "community" not in read(path).frame
    with pytest.raises(InvalidInput):
        export(town.connection, "boundaries", path, community="nowhere")


def test_a_format_that_is_not_known_and_a_folder_that_is_not_there_are_told(town: Importer) -> None:
    with pytest.raises(InvalidInput, match="--format"):
        export(town.connection, "boundaries", town.folder / "out.doc")
    with pytest.raises(InvalidInput, match="no folder"):
        export(town.connection, "boundaries", town.folder / "none" / "out.csv")
    assert export(town.connection, "boundaries", town.folder / "out.doc", format="gpkg") == 2


def test_an_outline_too_long_for_excel_is_told_and_leaves_no_file(town: Importer) -> None:
    round_one = shapely.Point(8.0, 50.0).buffer(0.01, quad_segs=1000)
    town.take("boundaries", town.geojson("other", [({"code": "R"}, round_one)]), community="other")
    path = town.folder / "out.xlsx"
    with pytest.raises(InvalidInput, match="choose --format"):
        export(town.connection, "boundaries", path)
    assert not list(town.folder.glob("out.xlsx*"))
