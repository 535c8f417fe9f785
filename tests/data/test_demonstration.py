"""The demonstration community is what its README says, and comes out the same every time."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from gis.crs import to_wgs84

TOWN = Path(__file__).resolve().parents[2] / "data" / "boundaries"
COMMUNITY = "500119003004"
ALONG_THE_RIVER = ("长远河", "滨河步道")
TO_METRES = Transformer.from_crs(4326, 4545, always_xy=True)

FILES = (
    "buildings.geojson",
    "community.geojson",
    "compounds.csv",
    "footprints.geojson",
    "grids.geojson",
    "groups.csv",
    "households.csv",
    "issues.csv",
    "places.geojson",
    "streets.geojson",
    "workers.csv",
)

Row = dict[str, str]
Feature = tuple[dict[str, Any], BaseGeometry]


def features(name: str) -> list[Feature]:
    collection = json.loads((TOWN / f"{name}.geojson").read_text(encoding="utf-8"))
    return [(f["properties"], shapely.from_geojson(json.dumps(f["geometry"]))) for f in collection["features"]]


def rows(name: str) -> list[Row]:
    with (TOWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def in_metres(geom: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geom, TO_METRES.transform, interleaved=False)


@pytest.fixture(scope="module")
def grids() -> dict[str, BaseGeometry]:
    return {properties["code"]: geom for properties, geom in features("grids")}


@pytest.fixture(scope="module")
def buildings() -> dict[str, Feature]:
    return {properties["id"]: (properties, geom) for properties, geom in features("buildings")}


@pytest.fixture(scope="module")
def grid_of(grids: dict[str, BaseGeometry], buildings: dict[str, Feature]) -> dict[str, str]:
    """The grid of each building, which must be exactly one."""
    found = {}
    for building_id, (_, point) in buildings.items():
        (found[building_id],) = [code for code, grid in grids.items() if grid.covers(point)]
    return found


@pytest.fixture(scope="module")
def households() -> list[Row]:
    return rows("households")


@pytest.fixture(scope="module")
def workers() -> list[Row]:
    return rows("workers")


@pytest.fixture(scope="module")
def groups() -> dict[str, Row]:
    return {row["code"]: row for row in rows("groups")}


@pytest.fixture(scope="module")
def ledger() -> list[Row]:
    return rows("issues")


# The files


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", str(TOWN / "generate.py"), "-o", str(tmp_path)]
    subprocess.run(command, check=True, timeout=120)
    assert sorted(path.name for path in tmp_path.iterdir()) == list(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (TOWN / name).read_bytes(), f"{name} is not what the script writes"


def test_files_are_small_plain_utf8_text() -> None:
    contents = [(TOWN / name).read_bytes() for name in FILES]
    assert sum(map(len, contents)) < 6_000_000
    for content in contents:
        assert b"\r" not in content
        assert content.decode("utf-8").endswith("\n")


def test_map_files_say_that_they_are_synthetic() -> None:
    for name in (n for n in FILES if n.endswith(".geojson")):
        assert json.loads((TOWN / name).read_text(encoding="utf-8"))["note"].startswith("Synthetic")
    ((properties, _),) = features("community")
    assert properties["synthetic"] is True
    assert "synthetic" in (TOWN / "README.md").read_text(encoding="utf-8")[:400].lower()


# The ground


def test_thirty_one_grids_have_consecutive_codes_and_names_of_their_own(grids: dict[str, BaseGeometry]) -> None:
    assert list(grids) == [f"{COMMUNITY}{n:03d}" for n in range(1, 32)]
    assert len({properties["name"] for properties, _ in features("grids")}) == 31


def test_grids_tile_the_community_without_overlap_or_gap(grids: dict[str, BaseGeometry]) -> None:
    shapes = list(grids.values())
    assert all(shape.is_valid and shape.geom_type == "Polygon" and not shape.interiors for shape in shapes)
    assert shapely.coverage_is_valid(shapes, gap_width=1e-4)
    union = shapely.coverage_union_all(shapes)
    ((_, outline),) = features("community")
    assert union.geom_type == "Polygon"
    assert not union.interiors
    assert union.equals(outline)
    assert sum(in_metres(s).area for s in shapes) == pytest.approx(in_metres(outline).area, rel=1e-12)


def test_grids_are_street_blocks_and_not_squares(grids: dict[str, BaseGeometry]) -> None:
    for shape in map(in_metres, grids.values()):
        assert len(shape.exterior.coords) > 8
        assert 15_000 < shape.area < 80_000
        assert shape.area / shape.minimum_rotated_rectangle.area < 0.97


def test_grids_are_numbered_from_north_to_south(grids: dict[str, BaseGeometry]) -> None:
    latitudes = [shape.centroid.y for shape in grids.values()]
    assert min(latitudes[:7]) > max(latitudes[14:18])
    assert min(latitudes[14:18]) > max(latitudes[24:])


def test_grid_edges_run_along_streets_and_the_river(grids: dict[str, BaseGeometry]) -> None:
    river = [geom for properties, geom in features("places") if properties["name"] in ALONG_THE_RIVER]
    ways = shapely.union_all([geom.buffer(6e-5) for geom in river] + [geom for _, geom in features("streets")])
    ways = ways.buffer(2e-7)
    for shape in grids.values():
        assert ways.covers(shape.exterior)


def test_community_lies_at_the_true_place() -> None:
    ((properties, outline),) = features("community")
    assert properties["code"] == COMMUNITY
    assert (properties["street"], properties["district"]) == ("500119003", "500119")
    west, south, east, north = outline.bounds
    assert 107.085 < west < east < 107.100
    assert 29.152 < south < north < 29.166


# The buildings


def test_every_building_and_its_footprint_lie_in_exactly_one_grid(
    grids: dict[str, BaseGeometry], buildings: dict[str, Feature], grid_of: dict[str, str]
) -> None:
    footprints = {properties["id"]: geom for properties, geom in features("footprints")}
    assert footprints.keys() == buildings.keys()
    assert len(buildings) >= 300
    for building_id, footprint in footprints.items():
        grid = grids[grid_of[building_id]]
        assert grid.covers(footprint)
        assert footprint.contains(buildings[building_id][1])
        assert in_metres(footprint).distance(in_metres(grid).exterior) >= 6


def test_footprints_do_not_overlap() -> None:
    shapes = [geom for _, geom in features("footprints")]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert all(first == second)


def test_streets_buildings_and_public_grounds_keep_clear_of_each_other() -> None:
    buildings = shapely.union_all([in_metres(geom) for _, geom in features("footprints")])
    grounds = shapely.union_all(
        [
            in_metres(geom)
            for properties, geom in features("places")
            if geom.geom_type == "Polygon" and properties["name"] not in ALONG_THE_RIVER
        ]
    )
    assert buildings.distance(grounds) > 3
    everything = shapely.union(buildings, grounds)
    for properties, geom in features("streets"):
        assert in_metres(geom).distance(everything) > 3, properties["name"]


def test_building_names_are_unique_and_begin_with_their_compound(buildings: dict[str, Feature]) -> None:
    names = [properties["name"] for properties, _ in buildings.values()]
    assert len(set(names)) == len(names)
    for properties, _ in buildings.values():
        assert properties["name"].startswith(properties["compound"])
        assert properties["address"]
        assert 1 <= properties["floors"] <= 33
        assert 1 <= properties["units"] <= 4


def test_buildings_have_the_year_of_their_compound_and_old_houses_none(buildings: dict[str, Feature]) -> None:
    years = {row["name"]: int(row["built_year"]) for row in rows("compounds")}
    for properties, _ in buildings.values():
        assert properties.get("built_year") == years.get(properties["compound"])
    assert {year <= 2000 for year in years.values()} == {True, False}


def test_no_alias_means_two_buildings(buildings: dict[str, Feature]) -> None:
    spoken = Counter(
        name for properties, _ in buildings.values() for name in [properties["name"], *listed(properties["aliases"])]
    )
    assert set(spoken.values()) == {1}


def test_every_compound_is_in_one_grid(buildings: dict[str, Feature], grid_of: dict[str, str]) -> None:
    where = defaultdict(set)
    for building_id, (properties, _) in buildings.items():
        if properties["compound"]:
            where[properties["compound"]].add(grid_of[building_id])
    assert len(where) >= 40
    assert {len(codes) for codes in where.values()} == {1}
    assert where.keys() == {row["name"] for row in rows("compounds")}
    assert {"金佛尚城", "长远小区"} <= where.keys()


def test_jinfo_shangcheng_has_its_buildings(buildings: dict[str, Feature]) -> None:
    names = {properties["name"] for properties, _ in buildings.values()}
    assert {f"金佛尚城{n}栋" for n in range(1, 9)} <= names


# The people


def test_households_and_residents_are_as_many_as_the_report_says(
    households: list[Row], grid_of: dict[str, str]
) -> None:
    assert 11_000 <= len(households) <= 12_000
    assert 30_000 <= sum(len(listed(row["residents"])) for row in households) <= 33_000
    by_grid = Counter(grid_of[row["building_id"]] for row in households)
    assert len(by_grid) == 31
    assert sum(250 <= count <= 500 for count in by_grid.values()) >= 28


def test_a_door_is_one_household_on_a_floor_that_exists(households: list[Row], buildings: dict[str, Feature]) -> None:
    doors = [(row["building_id"], row["unit"], row["floor"], row["door"]) for row in households]
    assert len(set(doors)) == len(doors)
    for building_id, unit, floor, _ in doors:
        properties, _ = buildings[building_id]
        assert 1 <= int(floor) <= properties["floors"]
        assert unit == "" if not properties["compound"] else 1 <= int(unit) <= properties["units"]


def test_phones_are_in_a_range_without_subscribers_and_plates_are_impossible(
    households: list[Row], workers: list[Row]
) -> None:
    residents = [entry.split(" ") for row in households for entry in listed(row["residents"])]
    phones = [entry[1] for entry in residents if len(entry) == 2]
    assert all(re.fullmatch(r"1420\d{7}", phone) for phone in phones)
    assert all(re.fullmatch(r"1420\d{7}", row["phone"]) for row in workers)
    assert len(set(phones)) == len(phones)
    assert not set(phones) & {row["phone"] for row in workers}
    plates = [plate for row in households for plate in listed(row["vehicles"])]
    assert all(re.fullmatch(r"渝G[IO][0-9A-HJ-NP-Z]\d{3}", plate) for plate in plates)
    assert len(set(plates)) == len(plates) > 3000
    assert all(re.fullmatch(r"[一-鿿]{2,3}", entry[0]) for entry in residents)


# The groups and the workers


def test_every_household_but_those_of_two_new_houses_is_covered_by_an_online_group(
    households: list[Row], groups: dict[str, Row], grid_of: dict[str, str]
) -> None:
    assert list(groups) == [f"QG{n:02d}" for n in range(1, 32)]
    grid_codes = {code for row in groups.values() for code in listed(row["grid_codes"])}
    building_ids = {code for row in groups.values() for code in listed(row["building_ids"])}
    assert grid_codes <= set(grid_of.values())
    assert building_ids <= grid_of.keys()
    uncovered = Counter(
        row["building_id"]
        for row in households
        if row["building_id"] not in building_ids and grid_of[row["building_id"]] not in grid_codes
    )
    assert list(uncovered) == ["CY-B209", "CY-B210"]
    assert sum(uncovered.values()) < 0.01 * len(households)


@pytest.mark.parametrize(("group", "compound"), [("金佛尚城业主群", "金佛尚城"), ("长远小区居民群", "长远小区")])
def test_the_groups_of_the_report_cover_their_compounds_grid_and_no_other(
    group: str, compound: str, groups: dict[str, Row], buildings: dict[str, Feature], grid_of: dict[str, str]
) -> None:
    (row,) = [row for row in groups.values() if row["name"] == group]
    home = {grid_of[i] for i, (properties, _) in buildings.items() if properties["compound"] == compound}
    assert set(listed(row["grid_codes"])) == home
    assert row["building_ids"] == ""


def test_some_groups_span_two_grids_and_some_cover_buildings(groups: dict[str, Row]) -> None:
    assert any(len(listed(row["grid_codes"])) == 2 for row in groups.values())
    assert any(listed(row["building_ids"]) for row in groups.values())


def test_posts_name_known_grids_and_groups(
    workers: list[Row], groups: dict[str, Row], grids: dict[str, BaseGeometry]
) -> None:
    for row in workers:
        assert (row["grid_code"] == "") != (row["group_code"] == "")
        assert not row["grid_code"] or row["grid_code"] in grids
        assert not row["group_code"] or row["group_code"] in groups
    people = {(row["id"], row["name"], row["phone"]) for row in workers}
    assert len(people) == len({row["id"] for row in workers})


def test_every_grid_has_one_grid_worker_on_every_day(workers: list[Row], grids: dict[str, BaseGeometry]) -> None:
    posts = defaultdict(list)
    for row in workers:
        if row["role"] == "grid_worker" and row["grid_code"]:
            posts[row["grid_code"]].append((row["valid_from"], row["valid_to"] or "9999-12-31", row["id"]))
    assert posts.keys() == grids.keys()
    for number, code in enumerate(sorted(posts), 1):
        history = sorted(posts[code])
        assert history[0][0] == "2023-01-01"
        assert history[-1][1] == "9999-12-31"
        assert history[-1][2] == f"W{number:03d}"
        assert all(earlier[1] == later[0] for earlier, later in pairwise(history))
    assert sum(len(history) > 1 for history in posts.values()) >= 2


def test_every_group_but_two_has_all_three_staff_and_a_head(workers: list[Row], groups: dict[str, Row]) -> None:
    current = defaultdict(set)
    for row in workers:
        if row["group_code"] and not row["valid_to"]:
            current[row["group_code"]].add(row["role"])
    assert current.keys() == groups.keys()
    complete = {"grid_worker", "network_commentator", "property_manager", "group_head"}
    assert {groups[code]["name"]: complete - roles for code, roles in current.items() if roles != complete} == {
        "东门小区居民群": {"property_manager"},
        "丝厂家属区居民群": {"property_manager", "group_head"},
    }


def test_one_group_is_silent_for_the_last_month(ledger: list[Row], groups: dict[str, Row]) -> None:
    latest = {row["group"]: row["reported_at"][:10] for row in ledger}
    assert [groups[code]["name"] for code in groups if latest[code] < "2023-11-15"] == ["建筑公司宿舍片区居民群"]


def test_every_grid_has_one_head_to_fall_back_on(workers: list[Row], grids: dict[str, BaseGeometry]) -> None:
    heads = Counter(row["grid_code"] for row in workers if row["role"] == "group_head" and row["grid_code"])
    assert heads == dict.fromkeys(grids, 1)


# The ledger


def test_ledger_counts_what_the_report_counts(ledger: list[Row]) -> None:
    outcomes = Counter((row["topic"], row["status"]) for row in ledger if row["topic"] in ("矛盾纠纷", "便民服务"))
    assert outcomes == {("矛盾纠纷", "closed"): 103, ("便民服务", "closed"): 47}
    assert 3_000 <= len(ledger) <= 3_600
    assert len({row["external_id"] for row in ledger}) == len(ledger)


def test_ledger_holds_the_reports_own_cases(ledger: list[Row], groups: dict[str, Row]) -> None:
    (pipe,) = [row for row in ledger if row["text"] == "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"]
    assert groups[pipe["group"]]["name"] == "金佛尚城业主群"
    assert _took(pipe) <= timedelta(minutes=30)
    cars = [row for row in ledger if "没留电话" in row["text"] and row["group"] and not row["lon"] + row["address"]]
    (car,) = [row for row in cars if groups[row["group"]]["name"] == "长远小区居民群" and "读书" in row["text"]]
    assert _took(car) <= timedelta(minutes=10)


def _took(row: Row) -> timedelta:
    return datetime.fromisoformat(row["closed_at"]) - datetime.fromisoformat(row["reported_at"])


def test_ledger_runs_from_april_to_mid_december_in_chinese_time(ledger: list[Row]) -> None:
    times = [datetime.fromisoformat(row["reported_at"]) for row in ledger]
    assert times == sorted(times)
    assert {time.utcoffset() for time in times} == {timedelta(hours=8)}
    assert times[0].date() >= date(2023, 4, 1)
    assert times[-1].date() <= date(2023, 12, 15)
    for row in ledger:
        assert (row["status"] == "closed") == bool(row["closed_at"])
        if row["closed_at"]:
            assert _took(row) > timedelta(0)


def test_ledger_values_are_ones_that_the_service_takes(ledger: list[Row], groups: dict[str, Row]) -> None:
    assert {row["source"] for row in ledger} == {"wechat_group", "hotline", "visit", "web"}
    assert {row["status"] for row in ledger} == {"closed", "accepted", "reported"}
    assert {row["crs"] for row in ledger} == {"", "wgs84", "gcj02", "bd09"}
    assert {row["hazard"] for row in ledger} == {"true", "false"}
    for row in ledger:
        assert 1 <= len(row["text"]) <= 4000
        assert "{" not in row["text"]
        assert bool(row["lon"]) == bool(row["lat"]) == bool(row["crs"])
        assert not row["group"] or row["group"] in groups
        assert (row["source"] == "wechat_group") == bool(row["group"])


def test_coordinates_lie_in_the_community_in_whatever_datum_they_came(ledger: list[Row]) -> None:
    ((_, outline),) = features("community")
    placed = [row for row in ledger if row["lon"]]
    outside = 0
    for row in placed:
        datum: Any = row["crs"]
        lon, lat = to_wgs84(float(row["lon"]), float(row["lat"]), datum=datum)
        outside += not outline.covers(shapely.Point(lon, lat))
    assert 0.5 < len(placed) / len(ledger) < 0.75
    assert 5 <= outside <= 60


def test_matters_were_answered_before_they_were_closed_and_most_tell_how(ledger: list[Row]) -> None:
    for row in ledger:
        assert (row["status"] == "reported") == (row["first_answered_at"] == "")
        assert (row["settled_way"] == "") == (row["settled_level"] == "")
        assert row["reported_at"] <= (row["first_answered_at"] or row["reported_at"])
        assert not row["closed_at"] or row["first_answered_at"] <= row["closed_at"]
    closed = [row for row in ledger if row["closed_at"]]
    assert 0.8 < sum(row["settled_way"] != "" for row in closed) / len(closed) < 0.95


def test_texts_are_varied(ledger: list[Row]) -> None:
    assert len({row["text"] for row in ledger}) > 0.98 * len(ledger)


def test_electric_bike_hazards_cool_after_the_october_campaign(ledger: list[Row]) -> None:
    charging = [row["reported_at"][:7] for row in ledger if row["hazard"] == "true" and "充电" in row["text"]]
    by_month = Counter(charging)
    assert min(by_month[f"2023-0{m}"] for m in (7, 8, 9)) > 2 * by_month["2023-11"]
