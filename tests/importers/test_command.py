"""The command line of imports and exports, on a database of its own."""

from __future__ import annotations

import csv
import gc
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main

GRIDS = {
    "W": "POLYGON ((107.090 29.160, 107.091 29.160, 107.091 29.161, 107.090 29.161, 107.090 29.160))",
    "E": "POLYGON ((107.091 29.160, 107.092 29.160, 107.092 29.161, 107.091 29.161, 107.091 29.160))",
    "bow": "POLYGON ((0 1, 1 2, 1 1, 0 2, 0 1))",
}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    new_database: Callable[..., str],
    template: str,
    tmp_path: Path,
) -> Run:
    """Runs the command line in an empty folder; answers with the exit code and what it said."""
    monkeypatch.setenv("DUALGRID_HOME", str(tmp_path))
    monkeypatch.setenv("DUALGRID_DATABASE_URL", new_database(template))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main(list(map(str, arguments)))
        return code, *capfd.readouterr()

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "grids.csv"
    with path.open("w", newline="") as opened:
        csv.writer(opened).writerows([["code", "geometry"], *GRIDS.items()])
    return path


def test_help_tells_how_a_list_is_written(run: Run) -> None:
    code, said, _ = run("import", "--help")
    assert code == 0
    assert "grid_codes (codes of the grids that it covers, separated by |)" in " ".join(said.split())


def test_faults_are_shown_and_refuse_the_file(run: Run, file: Path) -> None:
    code, said, shown = run("import", "boundaries", file, "--community", "town")
    assert code == 1
    assert said.startswith("Nothing was changed, because of the faults.")
    assert "--skip-faulty" in said
    assert "row 4" in shown
    assert "crosses itself" in shown
    assert gc.isenabled()


def test_sound_rows_are_taken_and_the_others_listed(run: Run, file: Path) -> None:
    code, said, shown = run("import", "boundaries", file, "--community", "town", "--skip-faulty")
    assert (code, said) == (0, "Imported boundaries of town: 2 new, 0 changed, 0 unchanged, 1 left out.\n")
    assert "grids.csv.faults.csv" in shown.replace("\n", "")
    with file.with_name("grids.csv.faults.csv").open(encoding="utf-8-sig", newline="") as listed:
        header, row = csv.reader(listed)
    assert header == ["where", "faults", "code", "geometry"]
    assert row[0] == "row 4"
    assert row[2:] == ["bow", GRIDS["bow"]]


def test_nothing_is_imported_when_what_is_left_out_cannot_be_listed(run: Run, file: Path) -> None:
    nowhere = file.parent / "nowhere" / "faults.csv"
    code, _, shown = run("import", "boundaries", file, "--community", "town", "--skip-faulty", "--faults-file", nowhere)
    assert (code, "No such file" in shown) == (1, True)
    _, said, _ = run("import", "boundaries", file, "--community", "town", "--skip-faulty")
    assert "2 new" in said


def test_a_dry_run_changes_nothing(run: Run, file: Path) -> None:
    mended = file.with_name("mended.csv")
    mended.write_text("\n".join(file.read_text().splitlines()[:3]))
    for _ in range(2):
        code, said, _ = run("import", "boundaries", mended, "--community", "town", "--dry-run")
        assert (code, said) == (
            0,
            "Nothing was changed (dry run). An import would have: 2 new, 0 changed, 0 unchanged.\n",
        )


def test_the_outcome_can_be_read_by_a_program(run: Run, file: Path) -> None:
    code, said, _ = run("import", "boundaries", file, "--community", "town", "--json")
    told = json.loads(said)
    assert code == 1
    assert (told["outcome"], told["new"], told["left_out"]) == ("refused", 2, 1)
    assert [(fault["where"], fault["code"]) for fault in told["faults"]] == [("row 4, geometry", "self_crossing")]
    code, said, _ = run("import", "boundaries", "nothing.csv", "--json")
    assert code == 1
    assert json.loads(said)["faults"][0]["where"] == "nothing.csv"


def test_what_is_wrong_with_the_command_is_told_in_a_line(run: Run, file: Path) -> None:
    for arguments, told in (
        (("boundaries", "nothing.csv"), "nothing.csv: there is no file nothing.csv"),
        (("boundaries", file), "--community: say which community"),
        (("boundaries", file, "--map", "code"), "--map code: write it as FIELD=COLUMN"),
        (("boundaries", file, "--map", "code=CODE"), "the file has no column “CODE”; its columns are code, geometry"),
        (("boundaries", file, "--community", "town", "--crs", "mars"), "'mars' is not a known coordinate system"),
        (("issues", file), "no column is named “text”; name one with --map text=COLUMN"),
        (("buildings", file, "--map", "id=code"), "say which community this is with --community CODE (there: none yet"),
    ):
        code, said, shown = run("import", *arguments)
        assert (code, said) == (1, "")
        assert told in shown


def test_export_in_clear_needs_a_purpose(run: Run, file: Path) -> None:
    run("import", "boundaries", file, "--community", "town", "--skip-faulty")
    code, _, told = run("export", "workers", "-o", "out.csv", "--unmasked")
    assert (code, "--purpose" in told) == (1, True)
    code, _, told = run("export", "workers", "-o", "out.csv", "--purpose", "a move")
    assert (code, "--unmasked" in told) == (1, True)
    assert run("export", "workers", "-o", "out.csv", "--unmasked", "--purpose", "a move")[0] == 0
    assert "masked" in run("export", "workers", "-o", "out.csv")[1]


def test_export_gives_back_what_was_imported(run: Run, file: Path) -> None:
    run("import", "boundaries", file, "--community", "town", "--skip-faulty")
    code, said, _ = run("export", "boundaries", "-o", "out.gpkg")
    assert (code, said) == (0, "Wrote 2 boundaries to out.gpkg.\n")
    code, said, _ = run("import", "boundaries", "out.gpkg", "--community", "town")
    assert (code, said) == (0, "Imported boundaries of town: 0 new, 0 changed, 2 unchanged.\n")
