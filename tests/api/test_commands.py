"""`./dualgrid locate` and `./dualgrid account`, on the town's database."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine
from typer import Typer
from typer.testing import CliRunner

from api.commands import accounts, locating
from gis.errors import InvalidInput, NotFound
from gis.security.credentials import verify_password
from gis.security.sign_in import find_sign_in, open_sign_in
from gis.storage.session import transaction
from tests.world import COMMUNITY


@pytest.fixture
def run(monkeypatch, town_engine: Engine, town, settings):
    monkeypatch.setenv("DUALGRID_HOME", str(settings.home))
    monkeypatch.setenv("DUALGRID_DATABASE_URL", town_engine.url.render_as_string(hide_password=False))

    def run(app: Typer, *arguments: str, typed: str = "") -> str:
        result = CliRunner().invoke(app, list(arguments), input=typed)
        if result.exception:
            raise result.exception
        return result.output

    return run


def test_locate_tells_grid_worker_and_how_far_the_edge_is(run):
    told = run(locating.app, "--lon", "107.0005", "--lat", "29.0005")
    assert "G1网格" in told
    assert "赵一" in told
    assert "48.7 m" in told


def test_locate_as_json_is_the_answer_of_the_api(run, admin):
    told = json.loads(run(locating.app, "--text", "河街12号门口", "--at", "2024-06-01", "--json"))
    assert told == admin.get("/api/locate", params={"text": "河街12号门口", "at": "2024-06-01"}).json()


@pytest.mark.parametrize(
    "arguments", [["--lon", "107"], ["--lon", "29", "--lat", "107"], ["--text", " "], ["--crs", "x"]]
)
def test_locate_names_what_is_wrong(run, arguments):
    with pytest.raises(InvalidInput):
        run(locating.app, *arguments)


def test_account_is_added_changed_and_disabled(run, town_engine):
    def signs_in(password):
        with transaction(town_engine) as connection:
            return verify_password(connection, "carol", password) is not None

    run(accounts.app, "add", "carol", "--role", "planner", typed="first password\n")
    assert signs_in("first password")
    run(accounts.app, "password", "carol", typed="second password\n")
    assert signs_in("second password")
    run(accounts.app, "disable", "carol")
    assert not signs_in("second password")
    assert "carol" in run(accounts.app, "list")


def test_account_is_reset_unlocked_and_signed_out(run, town_engine):
    run(accounts.app, "add", "erin", "--role", "dispatcher", typed="first password\n")
    told = run(accounts.app, "reset", "erin")
    with transaction(town_engine) as connection:
        account = verify_password(connection, "erin", told.rpartition(": ")[2].strip())
        token = open_sign_in(connection, account, 1)
    run(accounts.app, "sign-out", "erin")
    with transaction(town_engine) as connection:
        assert find_sign_in(connection, token) is None
    assert "Unlocked" in run(accounts.app, "unlock", "erin")
    run(accounts.app, "change", "erin", "--role", "planner", "--area", COMMUNITY)
    assert COMMUNITY in run(accounts.app, "list")
    run(accounts.app, "disable", "erin")
    assert "Enabled" in run(accounts.app, "enable", "erin")


def test_account_that_does_not_fit_is_refused(run):
    with pytest.raises(InvalidInput, match="must be 8 to 200 characters"):
        run(accounts.app, "add", "dave", "--role", "planner", typed="short\n")
    with pytest.raises(NotFound):
        run(accounts.app, "disable", "nobody")
