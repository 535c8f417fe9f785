"""`./dualgrid leave`: who is away, so that a stand-in answers for the grid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.opened import opened
from gis.boundaries.areas import today
from gis.settings import Settings
from gis.workforce.leaves import add_leave, cancel_leave, leaves

app = typer.Typer(help="Workers' leaves: list, add, cancel.", add_completion=False, no_args_is_help=True)

Worker = Annotated[str, typer.Argument(help="The worker's id.", metavar="WORKER")]
Community = Annotated[str | None, typer.Option(help="Code of the community, where several have the id.")]
From = Annotated[datetime, typer.Option("--from", help="First day of the leave.", formats=["%Y-%m-%d"])]


@app.command("list")
def list_leaves(community: Community = None) -> None:
    """List the leaves that are not over yet."""
    with opened(Settings()) as connection:
        found = leaves(connection, since=today(connection, community), community=community)
    table = Table("worker", "name", "community", "from", "back on")
    for each in found:
        table.add_row(each.worker_code, each.worker_name, each.community, *map(_day, (each.valid_from, each.valid_to)))
    Console().print(table)


@app.command()
def add(
    worker: Worker,
    start: From,
    end: Annotated[
        datetime | None, typer.Option("--to", help="First day back at work; open if left out.", formats=["%Y-%m-%d"])
    ] = None,
    community: Community = None,
) -> None:
    """Send a worker on leave; the stand-in, or else the group head, answers for the grid meanwhile."""
    with opened(Settings()) as connection:
        until = end.date() if end else None
        add_leave(connection, worker, valid_from=start.date(), valid_to=until, community=community)
    print(f"{worker} is on leave from {_day(start.date())}{f' to {_day(until)}' if until else ''}.")


@app.command()
def cancel(worker: Worker, start: From, community: Community = None) -> None:
    """Take back a leave."""
    with opened(Settings()) as connection:
        cancel_leave(connection, worker, valid_from=start.date(), community=community)
    print(f"The leave of {worker} from {_day(start.date())} is cancelled.")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
