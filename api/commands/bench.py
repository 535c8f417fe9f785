"""`./dualgrid bench`: the benchmarks, each beside its goal or its peer."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


class Benchmark(StrEnum):
    """What can be measured."""

    ADDRESS = "address"
    CRASH = "crash"
    INTAKE = "intake"
    POINTS = "points"
    HOTSPOTS = "hotspots"
    HTTP = "http"
    IMPORT = "import"
    MAPS = "maps"
    PAGES = "pages"
    SCOPE = "scope"
    TOPICS = "topics"


_FILES = {Benchmark.HTTP: "over_http", Benchmark.IMPORT: "import_boston"}


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    what: Annotated[Benchmark, typer.Argument(help="What to measure.")],
    arguments: Annotated[list[str] | None, typer.Argument(help="What the benchmark is given.")] = None,
) -> None:
    """Measure one of the things that the README states: addresses, topics, intake, pages, maps, hotspots and others.

    `crash` kills the service and its database while reports come in, and looks for what was lost.

    Each prints its figures beside its goal or its peer's figures from the same run.
    """
    module = f"benchmarks.{_FILES.get(what, what.value)}"
    done = subprocess.run([sys.executable, "-m", module, *(arguments or [])], check=False)
    raise typer.Exit(done.returncode)
