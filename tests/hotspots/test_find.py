"""From points to classed cells: nothing lost, nothing decided by order, seed or place, and doubt said aloud."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.hotspots.find import Homes, find_hotspots
from gis.hotspots.lattice import Form

FORMS: tuple[Form, ...] = ("square", "hexagon")


def town(seed: int = 1, cases: int = 3_000, spot: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Cases all over some 9 km², and more of them around 107.12, 29.15."""
    chance = np.random.default_rng(seed)
    lon, lat = chance.uniform(107.10, 107.13, cases), chance.uniform(29.14, 29.17, cases)
    at = chance.normal(0, 0.0008, (2, spot))
    return np.append(lon, 107.12 + at[0]), np.append(lat, 29.15 + at[1])


@pytest.mark.parametrize("form", FORMS)
def test_a_hotspot_is_found_where_it_was_put(form: Form) -> None:
    found = find_hotspots(*town(), form=form, cell_m=150)
    hot = found.cells[found.cells["class"] == "hot_99"]
    assert len(hot) > 3
    assert hot.contains(shapely.Point(107.12, 29.15)).any()
    far = shapely.distance(found.cells.geometry.to_numpy(), shapely.Point(107.12, 29.15)) > 0.006
    assert not (far & (found.cells["class"] == "hot_99")).any()
    assert found.cells["class"][far].str.startswith("hot").mean() < 0.02


@pytest.mark.parametrize("form", FORMS)
def test_every_case_is_in_one_cell_and_is_told_which(form: Form) -> None:
    lon, lat = town()
    found = find_hotspots(lon, lat, form=form, permutations=99)
    assert found.cells["count"].sum() == len(lon)
    np.testing.assert_array_equal(np.bincount(found.cell, minlength=len(found.cells)), found.cells["count"])
    inside = shapely.covers(shapely.buffer(found.cells.geometry.to_numpy()[found.cell], 1e-9), shapely.points(lon, lat))
    assert inside.all()


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 1000))
def test_the_order_of_points_does_not_matter(seed: int) -> None:
    lon, lat = town(cases=400, spot=50)
    order = np.random.default_rng(seed).permutation(len(lon))
    one = find_hotspots(lon, lat, permutations=199).cells
    other = find_hotspots(lon[order], lat[order], permutations=199).cells
    assert one.equals(other)


def test_points_moved_by_whole_cells_have_the_same_z_and_p() -> None:
    lon, lat = town(cases=500)
    crs_step = find_hotspots(lon, lat, form="square", cell_m=200, permutations=199)
    frame = crs_step.cells.to_crs(crs_step.method["cells"]["crs"])
    moved = frame.translate(400, 600).centroid.to_crs(4326)
    again = find_hotspots(
        np.repeat(moved.x.to_numpy(), frame["count"]),
        np.repeat(moved.y.to_numpy(), frame["count"]),
        form="square",
        cell_m=200,
        permutations=199,
        keep_piles=True,
    )
    np.testing.assert_allclose(again.cells["z"], frame["z"], atol=1e-12)
    np.testing.assert_array_equal(again.cells["p"], frame["p"])


def test_more_people_alone_make_no_hotspot() -> None:
    lon, lat = town(spot=2_000)
    homes = Homes(lon, lat, np.full(len(lon), 3.0))
    chance = np.random.default_rng(9)
    some = chance.random(len(lon)) < 0.3
    raw = find_hotspots(lon[some], lat[some], cell_m=150)
    rated = find_hotspots(lon[some], lat[some], homes=homes, cell_m=150)
    assert raw.cells["class"].str.startswith("hot").sum() > 5
    assert not rated.cells["class"].str.startswith("hot").any()
    assert rated.cells["exposure"].sum() == 3 * len(lon)
    mean = rated.cells["count"].sum() / rated.cells["exposure"].sum()
    np.testing.assert_allclose(rated.cells["expected"], rated.cells["exposure"] * mean)


def test_cases_where_nobody_lives_are_told_and_not_compared() -> None:
    lon, lat = town()
    homes = Homes(lon, lat, np.ones(len(lon)))
    found = find_hotspots(np.append(lon, 107.2), np.append(lat, 29.2), homes=homes, cell_m=300)
    lonely = found.cells[found.cells["class"] == "no_exposure"]
    assert lonely["count"].tolist() == [1]
    assert found.method["points_without_exposure"] == 1
    assert lonely[["z", "p", "q"]].isna().all(axis=None)
    assert found.cells["count"].sum() == len(lon) + 1


def test_a_pile_is_set_apart_and_its_cell_is_not_judged() -> None:
    lon, lat = town(spot=0)
    with_pile = np.append(lon, np.full(700, 107.11)), np.append(lat, np.full(700, 29.16))
    clean, found = (find_hotspots(*points, cell_m=200, permutations=999) for points in ((lon, lat), with_pile))
    assert (found.cell[-700:] == -1).all()
    assert found.method["set_apart"][0] | {"expected_places": 0} == {
        "lon": 107.11,
        "lat": 29.16,
        "count": 700,
        "expected_places": 0,
    }
    assert found.cells.drop(columns="class").equals(clean.cells.drop(columns="class"))
    marked = found.cells[found.cells["class"] == "pile"]
    assert len(marked) == 1
    assert marked.contains(shapely.Point(107.11, 29.16)).all()
    kept = find_hotspots(*with_pile, cell_m=200, permutations=999, keep_piles=True)
    assert kept.cells["count"].sum() == len(lon) + 700
    assert kept.method["set_apart"] == []


def test_too_few_cases_say_nothing() -> None:
    lon, lat = town(cases=40, spot=0)
    assert set(find_hotspots(lon, lat, cell_m=100).cells["class"]) == {"too_few"}
    assert set(find_hotspots(*town(), cell_m=1000).cells["class"]) == {"too_few"}  # of so few cells none stands out


def test_cases_all_alike_have_no_hotspot() -> None:
    column, row = np.meshgrid(np.arange(20), np.arange(20))
    lon, lat = 107.1 + column.ravel() * 0.002, 29.1 + row.ravel() * 0.002
    found = find_hotspots(np.repeat(lon, 9), np.repeat(lat, 9), cell_m=500, form="square", permutations=999)
    assert not found.cells["class"].str.startswith("hot").any()


def test_what_was_done_is_said() -> None:
    method = find_hotspots(*town(), permutations=199, seed=5).method
    assert method["seed"] == 5
    assert method["permutations"] == 199
    assert method["cells"] == {
        "form": "hexagon",
        "size_m": 100.0,
        "size_rule": "two cases a cell, sqrt(2 A / n), rounded up",
        "crs": "EPSG:4545",
    }
    assert method["points"] == 3_300
    assert method["points_without_exposure"] == 0
