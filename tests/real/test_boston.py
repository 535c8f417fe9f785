"""Boston's own precincts and requests, as they are, against the precinct that the city wrote on each request."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Connection, select

from gis.errors import InvalidInput
from gis.importers.importing import apply, check_file
from gis.importers.options import Options
from gis.importers.plan import Counts
from gis.settings import Settings
from gis.storage.tables import grid, issue

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "boston311"
PRECINCTS, REQUESTS = DATA / "precincts.geojson", DATA / "requests_2011.csv.gz"
DEFAULT_POINT = ("42.3594", "-71.0587")
"""Where the city puts what it cannot place."""

PRECINCT_OPTIONS = Options(community="boston", timezone="America/New_York", mapping={"code": "WARD_PRECINCT"})
REQUEST_OPTIONS = Options(
    community="boston",
    mapping={
        "external_id": "case_enquiry_id",
        "text": "case_title",
        "reported_at": "open_dt",
        "closed_at": "closed_dt",
        "topic": "type",
        "status": "case_status",
        "address": "location",
        "lon": "longitude",
        "lat": "latitude",
    },
)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not here: {DATA}")


def _import_precincts(connection: Connection, settings: Settings) -> None:
    options = Options(
        community="boston",
        timezone="America/New_York",
        mapping={"code": "WARD_PRECINCT"},
        accept_coverage_faults=True,
    )
    apply(connection, check_file(connection, "boundaries", PRECINCTS, options, settings=settings))


def test_overlaps_of_the_precincts_are_told_and_refused_unless_accepted(
    connection: Connection, settings: Settings
) -> None:
    plan = check_file(connection, "boundaries", PRECINCTS, PRECINCT_OPTIONS, settings=settings)
    assert plan.changes.counts == Counts(new=255)
    told = [fault for fault in plan.faults if fault.code == "overlap"]
    assert 50 <= len(told) <= 60
    assert any(fault.where == "grids 0113, 0114" and "956 m²" in fault.reason for fault in told)
    assert {fault.code for fault in plan.blocking} == {"overlap", "gap"}
    assert not plan.row_faults
    with pytest.raises(InvalidInput):
        apply(connection, plan)
    _import_precincts(connection, settings)
    assert check_file(connection, "boundaries", PRECINCTS, PRECINCT_OPTIONS, settings=settings).faults == []


def test_requests_get_the_precinct_that_the_city_names(connection: Connection, settings: Settings) -> None:
    _import_precincts(connection, settings)
    begin = time.perf_counter()
    plan = check_file(connection, "issues", REQUESTS, REQUEST_OPTIONS, settings=settings)
    checked = time.perf_counter()
    assert plan.faults == []
    assert plan.changes.counts == Counts(new=58_251)
    apply(connection, plan)
    done = time.perf_counter()
    print(f"\n58,251 requests: {checked - begin:.1f} s to read and check, {done - checked:.1f} s to locate and record")

    columns = ["case_enquiry_id", "precinct", "latitude", "longitude"]
    named = pd.read_csv(REQUESTS, dtype=str, keep_default_na=False, usecols=columns).set_index("case_enquiry_id")
    query = select(issue.c.external_id, grid.c.code).outerjoin(grid, grid.c.id == issue.c.grid_id)
    decided = pd.DataFrame(connection.execute(query).all(), columns=["case_enquiry_id", "code"])
    both = named.join(decided.set_index("case_enquiry_id"))
    assert len(both) == 58_251
    precinct = both["precinct"].str.strip()
    default = (both["latitude"] == DEFAULT_POINT[0]) & (both["longitude"] == DEFAULT_POINT[1])
    compared = both[(precinct != "") & ~default]
    agreement = (compared["precinct"].str.strip() == compared["code"]).mean()
    print(f"{agreement:.2%} of {len(compared):,} requests that are not on the default point agree")
    assert agreement >= 0.95

    again = check_file(connection, "issues", REQUESTS, REQUEST_OPTIONS, settings=settings)
    assert again.changes.counts == Counts(unchanged=58_251)
