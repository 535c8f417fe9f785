"""Hotspots of Boston's requests: the default point is none, and cells are those that esda finds."""

from __future__ import annotations

import warnings
from pathlib import Path

import esda
import libpysal
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.hotspots.find import find_hotspots
from gis.hotspots.significance import false_discovery_q

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "boston311"
REQUESTS = DATA / "requests_2011.csv.gz"
DEFAULT_POINT = (-71.0587, 42.3594)
KINDS = {
    "street lights": ("Street Light Outages",),
    "potholes": ("Request for Pothole Repair", "Pothole Repair (Internal)"),
    "graffiti": ("Graffiti Removal",),
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not here: {DATA}")


@pytest.fixture(scope="module")
def requests() -> pd.DataFrame:
    return pd.read_csv(REQUESTS, usecols=["type", "longitude", "latitude"])


def points(requests: pd.DataFrame, kind: str = "") -> tuple[np.ndarray, np.ndarray]:
    chosen = requests[requests["type"].isin(KINDS[kind])] if kind else requests
    return chosen["longitude"].to_numpy(), chosen["latitude"].to_numpy()


def test_the_default_point_is_found_and_set_apart(requests: pd.DataFrame) -> None:
    found = find_hotspots(*points(requests), cell_m=250)
    assert [(pile.lon, pile.lat, pile.cases) for pile in found.piles] == [(*DEFAULT_POINT, 4_775)]
    assert found.cells["count"].sum() == 58_251 - 4_775


@pytest.mark.parametrize("kind", ["", *KINDS])
@pytest.mark.parametrize("cell_m", [None, 250.0])
def test_the_default_point_is_no_hotspot(requests: pd.DataFrame, kind: str, cell_m: float | None) -> None:
    lon, lat = points(requests, kind)
    found = find_hotspots(lon, lat, cell_m=cell_m)
    at = found.cells[found.cells.contains(shapely.Point(DEFAULT_POINT))]
    assert at["class"].tolist() == ["pile"]
    there = (lon == DEFAULT_POINT[0]) & (lat == DEFAULT_POINT[1])
    without = find_hotspots(lon[~there], lat[~there], cell_m=found.method["cells"]["size_m"])
    same = found.cells.drop(columns="class").equals(without.cells.drop(columns="class"))
    assert same, "cases on the default point count nowhere"


@pytest.mark.parametrize("kind", KINDS)
def test_cells_are_those_of_an_independent_tool(requests: pd.DataFrame, kind: str) -> None:
    times = 9_999
    found = find_hotspots(*points(requests, kind), form="square", cell_m=500, permutations=times)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = libpysal.weights.Queen.from_dataframe(found.cells, use_index=False, silence_warnings=True)
        values = found.cells["count"].to_numpy(dtype=float)
        theirs = esda.G_Local(values, w, transform="B", star=True, permutations=times, seed=1, n_jobs=1)
    assert (found.neighbours != w.sparse).nnz == 0
    np.testing.assert_allclose(found.cells["z"], theirs.Zs, rtol=0, atol=1e-10)
    # Two-sided from esda's own permutations: its `p_sim` counts ties on the hot side only, so that with whole numbers
    # every cell among empty ones comes out as cold.
    more, less = ((side + 1) / (times + 1) for side in _tails(theirs.sim, theirs.Gs))
    p = np.minimum(1.0, 2 * np.minimum(more, less))
    np.testing.assert_allclose(found.cells["p"], p, atol=0.05)
    named = (found.cells["q"] <= 0.1).to_numpy()
    by_esda = false_discovery_q(p) <= 0.1
    jaccard = (named & by_esda).sum() / (named | by_esda).sum()
    print(f"\n{kind}: {named.sum()} cells of {len(named)} significant, esda {by_esda.sum()}, Jaccard {jaccard:.2f}")
    assert jaccard >= 0.85


def _tails(simulated: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many simulations are at least, and at most, the observed; equal up to rounding counts as equal."""
    return (simulated >= observed - 1e-12).sum(axis=0), (simulated <= observed + 1e-12).sum(axis=0)
