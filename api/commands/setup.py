"""`./dualgrid setup`: everything that the other commands need, and nothing more."""

from __future__ import annotations

import typer

from gis.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def setup() -> None:
    """Prepare this machine and the home, and stop there; every other command does so by itself."""
    print(f"Ready: {Settings().home}")
