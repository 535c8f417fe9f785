"""`./dualgrid purge` and `./dualgrid notices`, on the town's database."""

from __future__ import annotations

import re

import pytest
from typer import Typer
from typer.testing import CliRunner

from api.commands import notices, purging
from gis.errors import InvalidInput
from gis.storage.session import OWNER


@pytest.fixture
def run(monkeypatch, lived_engine, lived, settings):
    url = lived_engine.url.set(username=OWNER).render_as_string(hide_password=False)
    monkeypatch.setenv("DUALGRID_HOME", str(settings.home))
    monkeypatch.setenv("DUALGRID_DATABASE_URL", url)

    def run(app: Typer, *arguments: str) -> str:
        result = CliRunner().invoke(app, list(arguments))
        if result.exception:
            raise result.exception
        return result.output

    return run


def rows(told: str) -> dict[str, tuple[str, str]]:
    """For each rule how many days, and how many rows."""
    cells = [re.split(r"\s*[│┃]\s*", line.strip("│┃ ")) for line in told.splitlines() if "│" in line]
    return {what: (days, count) for what, days, _, count in cells}


def test_purge_counts_and_says_how_to_go_on(run, matter):
    matter("B1", name="周小七", status="closed", closed_at="2024-06-02T00:00:00Z")
    told = run(purging.app)
    assert rows(told)["reporter"][0] == "365"
    assert int(rows(told)["reporter"][1]) >= 1
    assert "add --apply" in told
    assert rows(run(purging.app)) == rows(told)


def test_purge_applies_the_rules_as_they_were_changed(run, matter, sign_in):
    issue = matter("B1", name="周小七", status="closed", closed_at="2024-06-02T00:00:00Z")
    run(purging.app, "--keep", "reporter=36000", "--apply")
    assert sign_in("dispatcher").get(f"/api/issues/{issue}").json()["reporter"]
    run(purging.app, "--keep", "reporter=365", "--apply")
    assert sign_in("dispatcher").get(f"/api/issues/{issue}").json()["reporter"] is None
    latest = sign_in("admin").get("/api/audit", params={"limit": 2}).json()["entries"]
    assert [each["action"] for each in latest] == ["purge", "retention_rule"]


@pytest.mark.parametrize("rule", ["reporter", "reporter=-1", "diary=5", "audit_log=30"])
def test_rule_that_makes_no_sense_is_refused(run, rule):
    with pytest.raises(InvalidInput):
        run(purging.app, "--keep", rule)


def test_notices_are_sent_on_demand(run):
    assert run(notices.app, "send") == "Sent 0; 0 could not be sent.\n"
