"""Reports: asked for, made, kept, and read by who has all of the community in scope."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import Engine, delete, insert, select, update

from api import reporting
from api.reporting import ask_due, make_waiting
from gis.actor import SYSTEM
from gis.boundaries.areas import communities
from gis.issues.filters import IssueFilter
from gis.issues.summary import how_many
from gis.reports import kept
from gis.reports.periods import Period, last_ended
from gis.security.signed_file import check
from gis.security.signing import public_keys
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import account_area
from gis.storage.tables import report as report_table


@pytest.fixture(autouse=True)
def _no_report(town_engine: Engine, town: SimpleNamespace) -> None:
    with transaction(town_engine, SYSTEM) as connection:
        connection.execute(delete(report_table))


@pytest.fixture
def this_week() -> str:
    return Period.of("week", datetime.now(UTC).date()).name


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    said = []
    for page in document:
        text = page.get_textpage()
        said.append(text.get_text_bounded())
        text.close()
        page.close()
    document.close()
    return re.sub(r"\s+", " ", " ".join(said))


def _received(engine: Engine, community: str, period: Period) -> int:
    since, until = period.moments("Asia/Shanghai")
    with transaction(engine, SYSTEM) as connection:
        return how_many(connection, IssueFilter(community=community, since=since, until=until))


def test_report_waits_is_made_and_tells_the_periods_figures(
    client_for: Any, report: Callable[..., Any], town_engine: Engine, settings: Settings, this_week: str
) -> None:
    report("漏水 13812345678", building_id="B1", category="消防安全", hazard=True)
    official = client_for("official")
    asked = official.post("/api/reports", json={"period": this_week, "language": "en"})
    assert asked.status_code == 202
    one = asked.json()
    assert (one["state"], one["asked_by"], one["period"]) == ("waiting", "official", this_week)
    assert official.get(f"/api/reports/{one['id']}/file").status_code == 404

    assert make_waiting(town_engine, settings) == 1
    one = official.get(f"/api/reports/{one['id']}").json()
    assert (one["state"], one["step"], one["failure"]) == ("made", None, None)

    pdf = official.get(f"/api/reports/{one['id']}/file", params={"format": "pdf"})
    assert pdf.headers["content-disposition"].endswith(f'-{this_week}-en.pdf"')
    said = words_of(pdf.content)
    period = Period.read(this_week, field="period")
    received, before = (_received(town_engine, one["community"], each) for each in (period, period.before))
    by = received - before
    change = f"+{by}" if by > 0 else f"−{-by}" if by < 0 else "0"
    assert f"Weekly report {this_week}" in said
    assert f"Received {received} {before} {change}" in said
    assert "This period has not ended yet." in said
    assert "Too few hazards to say" in said
    assert "made for official" in said
    assert "漏水" not in said


def test_report_as_a_page_is_signed_and_asks_nobody_for_anything(
    client_for: Any, town_engine: Engine, settings: Settings, this_week: str
) -> None:
    client = client_for("dispatcher")
    id = client.post("/api/reports", json={"period": this_week}).json()["id"]
    make_waiting(town_engine, settings)
    html = client.get(f"/api/reports/{id}/file", params={"format": "html"}).content
    with transaction(town_engine, SYSTEM) as connection:
        assert check(html, public_keys(connection)).verdict == "valid"
    assert re.findall(rb"""(?:src|href)=["'](?!data:|#|url)([^"']+)""", html) == []
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html.decode())
    assert policy[0].startswith("default-src 'none'; script-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[0]


def test_reports_are_for_who_has_all_of_the_community(client_for: Any, this_week: str) -> None:
    id = client_for("planner").post("/api/reports", json={"period": this_week}).json()["id"]
    for role in ("admin", "dispatcher", "official", "planner"):
        assert [each["id"] for each in client_for(role).get("/api/reports").json()] == [id]
    for role in ("worker", "group_head", "intake"):
        client = client_for(role)
        assert client.get("/api/reports").status_code == 403
        assert client.get(f"/api/reports/{id}").status_code == 403
        assert client.post("/api/reports", json={"period": this_week}).status_code == 403


def test_official_of_another_place_neither_sees_nor_asks(
    client_for: Any, town_engine: Engine, town: SimpleNamespace, this_week: str
) -> None:
    id = client_for("admin").post("/api/reports", json={"period": this_week}).json()["id"]
    account_id = town.accounts["official"]
    with transaction(town_engine, SYSTEM) as connection:
        had = connection.scalars(select(account_area.c.area_id).where(account_area.c.account_id == account_id)).all()
        connection.execute(delete(account_area).where(account_area.c.account_id == account_id))
    try:
        client = client_for("official")
        assert client.get("/api/reports").json() == []
        assert client.get(f"/api/reports/{id}").status_code == 404
        assert client.get(f"/api/reports/{id}/file").status_code == 404
        assert client.post("/api/reports", json={"period": this_week}).status_code == 403
    finally:
        with transaction(town_engine, SYSTEM) as connection:
            for area_id in had:
                connection.execute(insert(account_area).values(account_id=account_id, area_id=area_id))


@pytest.mark.parametrize(
    "body",
    [{}, {"period": "2023-W54"}, {"period": "soon"}, {"period": "2190-01"}, {"period": "2023-12", "language": "fr"}],
)
def test_report_that_cannot_be_is_refused(admin: Any, body: dict[str, str]) -> None:
    assert admin.post("/api/reports", json=body).status_code == 422


def test_report_asked_for_again_is_made_again_in_its_place(
    admin: Any, client_for: Any, town_engine: Engine, settings: Settings, this_week: str
) -> None:
    body = {"period": this_week}
    first = admin.post("/api/reports", json=body).json()
    assert admin.post("/api/reports", json=body).json() == first, "what waits is left at that"
    make_waiting(town_engine, settings)
    made = admin.get(f"/api/reports/{first['id']}").json()
    again = client_for("official").post("/api/reports", json=body).json()
    assert (again["id"], again["state"], again["asked_by"]) == (first["id"], "waiting", "official")
    assert admin.get(f"/api/reports/{first['id']}/file").status_code == 200, "the earlier one stays until then"
    make_waiting(town_engine, settings)
    assert admin.get(f"/api/reports/{first['id']}").json()["made_at"] > made["made_at"]
    assert make_waiting(town_engine, settings) == 0


def test_report_that_fails_says_so_and_can_be_asked_for_again(
    admin: Any, town_engine: Engine, settings: Settings, this_week: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = admin.post("/api/reports", json={"period": this_week}).json()["id"]

    def broken(html: str) -> bytes:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(reporting, "pdf_of", broken)
        make_waiting(town_engine, settings)
    one = admin.get(f"/api/reports/{id}").json()
    assert (one["state"], one["failure"]) == ("failed", "MemoryError")
    assert admin.post("/api/reports", json={"period": this_week}).json()["state"] == "waiting"


def test_what_somebody_died_over_is_taken_up_by_another(admin: Any, town_engine: Engine, this_week: str) -> None:
    id = int(admin.post("/api/reports", json={"period": this_week}).json()["id"])
    with transaction(town_engine, SYSTEM) as connection:
        taken = kept.take_next(connection)
        assert taken
        assert taken.id == id
        assert kept.take_next(connection) is None
        long_ago = datetime.now(UTC) - kept.GIVEN_UP_AFTER - timedelta(seconds=1)
        connection.execute(update(report_table).values(begun_at=long_ago))
        taken = kept.take_next(connection)
        assert taken
        assert taken.id == id


def test_week_that_is_over_is_asked_for_once_and_only_where_something_was_reported(
    admin: Any, report: Callable[..., Any], town_engine: Engine, settings: Settings
) -> None:
    with transaction(town_engine, SYSTEM) as connection:
        zone = communities(connection)[0].time_zone
    last = last_ended("week", datetime.now(UTC), zone)
    report("上周的事", building_id="B1", reported_at=last.moments(zone)[0].isoformat())
    assert ask_due(town_engine, settings) in (1, 2)  # the last month's too, where that week is of it
    assert ask_due(town_engine, settings) == 0
    found = admin.get("/api/reports").json()
    assert {(each["period"], each["asked_by"]) for each in found if each["kind"] == "week"} == {(last.name, "system")}


def test_taking_a_report_is_on_record(admin: Any, town_engine: Engine, settings: Settings, this_week: str) -> None:
    id = admin.post("/api/reports", json={"period": this_week}).json()["id"]
    make_waiting(town_engine, settings)
    admin.get(f"/api/reports/{id}/file")
    latest = admin.get("/api/audit", params={"action": "export"}).json()["entries"][0]
    assert (latest["detail"]["kind"], latest["detail"]["period"]) == ("report", this_week)


def test_page_lists_reports_and_offers_to_make_one(client_for: Any, admin: Any, this_week: str) -> None:
    id = admin.post("/api/reports", json={"period": this_week}).json()["id"]
    page = client_for("official", browser=True).get("/reports")
    assert page.status_code == 200
    assert f'data-report="{id}" data-state="waiting"' in page.text
    assert client_for("worker", browser=True).get("/reports").status_code == 403
