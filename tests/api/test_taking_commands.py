"""`./dualgrid verify`, `./dualgrid key signing` and `./dualgrid report`, on the town's database."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from api.commands import keys, reporting, verifying
from gis.actor import SYSTEM
from gis.errors import Conflict, InvalidInput
from gis.security.signed_file import with_signature
from gis.security.signing import public_keys, sign
from gis.settings import Settings
from gis.storage.session import transaction

TOLD = json.dumps({"community": "3", "name": "丙社区", "made_at": "2023-12-10T08:00:00+00:00", "made_by": "official"})
CONTENT = f'<html><script type="application/json" id="taken">{TOLD}</script></html>\n'.encode()


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, town_engine: Engine, town: Any, settings: Settings) -> None:
    monkeypatch.setenv("DUALGRID_HOME", str(settings.home))
    monkeypatch.setenv("DUALGRID_DATABASE_URL", town_engine.url.render_as_string(hide_password=False))


@pytest.fixture
def file(town_engine: Engine, tmp_path: Path) -> Path:
    with transaction(town_engine, SYSTEM) as connection:
        (tmp_path / "map.html").write_bytes(with_signature(CONTENT, *sign(connection, CONTENT)))
    return tmp_path / "map.html"


def test_verify_tells_valid_changed_and_not_ours_apart(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verifying.verify(file) == 0
    assert "valid: map.html" in (said := capsys.readouterr().out)
    assert "made 2023-12-10T08:00:00+00:00 by official for 丙社区 (3)" in said
    file.write_bytes(file.read_bytes().replace(b"official", b"somebody"))
    assert verifying.verify(file) == 3
    assert capsys.readouterr().out.startswith("changed: ")
    file.write_bytes(CONTENT)
    assert verifying.verify(file) == 4
    assert "carries no signature" in capsys.readouterr().out


def test_verify_with_a_key_needs_no_database(
    file: Path, town_engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction(town_engine, SYSTEM) as connection:
        public = public_keys(connection)[0].public
    monkeypatch.setenv("DUALGRID_DATABASE_URL", "postgresql://nowhere.invalid/x")
    assert verifying.verify(file, [base64.urlsafe_b64encode(public).decode()]) == 0
    assert verifying.verify(file, ["A" * 43]) == 4
    assert "none of ours" in capsys.readouterr().out
    with pytest.raises(InvalidInput):
        verifying.verify(file, ["short"])


def test_key_that_signs_is_shown_and_renewed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys.signing()
    before = capsys.readouterr().out
    keys.signing(renew_=True)
    assert len(capsys.readouterr().out.splitlines()) == len(before.splitlines()) + 1
    assert verifying.verify(file) == 0
    with pytest.raises(Conflict):
        keys.signing(distrust=True)


@pytest.mark.parametrize("name", ["report.pdf", "report.html"])
def test_report_is_written_whole(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / name
    reporting.report(file, week="2023-W49")
    assert "Wrote the report of 2023-W49" in capsys.readouterr().out
    assert [each.name for each in tmp_path.iterdir()] == [name]
    if name.endswith("pdf"):
        assert file.read_bytes().startswith(b"%PDF")
    else:
        assert verifying.verify(file) == 0


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"week": "2023-W49", "month": "2023-12"},
        {"week": "2023-12"},
        {"month": "2023-W49"},
        {"week": "2023-W60"},
        {"week": "2023-W49", "community": "no such"},
    ],
)
def test_report_that_cannot_be_is_refused(asked: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        reporting.report(tmp_path / "report.pdf", **asked)
    with pytest.raises(InvalidInput):
        reporting.report(tmp_path / "report.docx", week="2023-W49")
    assert list(tmp_path.iterdir()) == []
