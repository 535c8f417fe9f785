"""`./dualgrid notices`: what waits to be told to people."""

from __future__ import annotations

import typer

from api.commands.opened import opened_engine
from gis.notify.sender import send_due
from gis.population.residents import numbers_of
from gis.settings import Settings

app = typer.Typer(help="Notices to residents: send.", add_completion=False, no_args_is_help=True)


@app.callback()
def notices() -> None:
    """Notices to residents."""


@app.command()
def send() -> None:
    """Send the notices that are due now; a running service does so by itself."""
    settings = Settings()
    with opened_engine(settings) as engine:
        done = send_due(engine, settings, numbers_of)
    print(f"Sent {done.sent:,}; {done.failed:,} could not be sent.")
