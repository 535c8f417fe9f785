"""`./dualgrid test`: every check of the code, then the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from gis.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadscope")
"""How all tests are run: each process with a database cluster of its own, the tests of one file in one process."""

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def check(
    pytest_arguments: Annotated[list[str] | None, typer.Argument(help="What pytest is given, such as a file.")] = None,
) -> None:
    """Check the code and run the tests. Exit code 1 if anything fails."""
    cache = Settings().home / "cache"
    python = [sys.executable, "-m"]
    checks = {
        "ruff check": [*python, "ruff", "check", "."],
        "ruff format": [*python, "ruff", "format", "--check", "."],
        "mypy": [*python, "mypy", "--cache-dir", str(cache / "mypy")],
        "lint-imports": [_beside_python("lint-imports"), "--cache-dir", str(cache / "import-linter")],
        "pytest": [*python, "pytest", "-o", f"cache_dir={cache / 'pytest'}", *(pytest_arguments or SIDE_BY_SIDE)],
    }
    environment = dict(
        os.environ,
        RUFF_CACHE_DIR=str(cache / "ruff"),
        HYPOTHESIS_STORAGE_DIRECTORY=str(cache / "hypothesis"),
    )
    failed = [name for name, check in checks.items() if not _passes(name, check, environment)]
    if failed:
        print(f"Failed: {', '.join(failed)}", flush=True)
        raise typer.Exit(1)


def _beside_python(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _passes(name: str, check: list[str], environment: dict[str, str]) -> bool:
    print(f"── {name}", flush=True)
    begin = time.monotonic()
    passed = subprocess.run(check, cwd=CHECKOUT, env=environment, check=False).returncode == 0
    print(f"── {'passed' if passed else 'FAILED'} in {time.monotonic() - begin:.0f} s\n", flush=True)
    return passed
