"""`./dualgrid key`, in a home of its own."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    new_database: Callable[..., str],
    template: str,
    tmp_path: Path,
) -> Run:
    """Runs the command line on a home with a grid and a worker in it."""
    monkeypatch.setenv("DUALGRID_HOME", str(tmp_path))
    monkeypatch.setenv("DUALGRID_DATABASE_URL", new_database(template))
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main(list(map(str, arguments)))
        return code, *capfd.readouterr()

    grids, workers = tmp_path / "grids.csv", tmp_path / "workers.csv"
    square = "POLYGON ((107.090 29.160, 107.091 29.160, 107.091 29.161, 107.090 29.161, 107.090 29.160))"
    grids.write_text(f'code,geometry\nW,"{square}"\n')
    workers.write_text("id,name,phone\nW1,王,13812345678\nW2,刘,13912345678\n", encoding="utf-8")
    for kind, path in (("boundaries", grids), ("workers", workers)):
        assert command("import", kind, path, "--community", "town")[0] == 0
    return command


def key_file(home: Path) -> list[str]:
    return (home / "keys" / "data.key").read_text().split()


def test_status_tells_what_each_key_holds(run: Run) -> None:
    code, said, _ = run("key", "status")
    assert code == 0
    assert "worker.phone 2" in said


def test_rotation_makes_a_new_key_and_seals_everything_with_it(run: Run, tmp_path: Path) -> None:
    (old,) = key_file(tmp_path)
    code, said, _ = run("key", "rotate")
    assert (code, "Sealed 2 values anew" in said) == (0, True)
    new, kept = key_file(tmp_path)
    assert kept == old
    (tmp_path / "keys" / "data.key").write_text(f"{new}\n")
    assert run("key", "status")[0] == 0
    (tmp_path / "keys" / "data.key").write_text(f"{old}\n")
    code, _, told = run("key", "status")
    assert code == 1
    assert "Put it back, from the backup" in told
    assert "Traceback" not in told


def test_key_of_the_settings_is_changed_by_its_operator(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = key_file(tmp_path)[0], base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("DUALGRID_DATA_KEYS", old)
    code, _, told = run("key", "rotate")
    assert (code, "put a new one" in told) == (1, True)
    monkeypatch.setenv("DUALGRID_DATA_KEYS", f"{new},{old}")
    assert "Sealed 2 values anew" in run("key", "rotate")[1]
    assert "Sealed 0 values anew" in run("key", "rotate")[1]
    monkeypatch.setenv("DUALGRID_DATA_KEYS", new)
    assert run("key", "status")[0] == 0
