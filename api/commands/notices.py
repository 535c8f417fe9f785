"""`./dualgrid notices`: what waits to be told to people and systems, and what could not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, cast, get_args

import typer
from rich.console import Console
from rich.table import Table

from api.commands.opened import opened_engine
from gis.actor import SYSTEM
from gis.errors import Fault, InvalidInput, said
from gis.notify.notices import NoticeFilter, State, counts, drop, notices, retry
from gis.notify.sender import send_due
from gis.population.residents import numbers_of
from gis.settings import Settings
from gis.storage.session import transaction

app = typer.Typer(help="Notices: send, list, retry, drop.", add_completion=False, no_args_is_help=True)
Ids = Annotated[list[int], typer.Argument(help="numbers of notices that have failed")]


@app.callback()
def _notices() -> None:
    """Notices to people and other systems."""


@app.command()
def send() -> None:
    """Send the notices that are due now; a running service does so by itself."""
    settings = Settings()
    with opened_engine(settings) as engine:
        done = send_due(engine, settings, numbers_of)
    print(f"Sent {done.sent:,}; {done.failed:,} could not be sent.")


@app.command("list")
def list_(
    state: Annotated[str, typer.Option(help="waiting, sending, sent, failed or dropped")] = "failed",
    limit: Annotated[int, typer.Option(min=1, help="how many at most, the newest first")] = 50,
) -> None:
    """List notices of a state, by default those that have failed."""
    if state not in get_args(State):
        raise InvalidInput(
            [Fault("--state", "unknown_state", said("must be one of {list}", list=", ".join(get_args(State))))]
        )
    with opened_engine(Settings()) as engine, transaction(engine) as connection:
        found = notices(connection, NoticeFilter(state=cast(State, state)), limit=limit)
        all_of = counts(connection).get(state, 0)
    table = Table("number", "event", "matter", "to", "reason", "tries", "written")
    for each in found:
        to = f"{each.to} {each.name or ''}".strip()
        matter = str(each.issue_id or "")
        written = f"{each.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(each.id), each.event, matter, to, each.reason or "", str(each.tries), written)
    Console().print(table)
    print(f"{len(found):,} of {all_of:,} {state}.")


@app.command("retry")
def retry_(ids: Ids) -> None:
    """Send failed notices after all."""
    _each(ids, lambda connection, number: retry(connection, number, actor=SYSTEM))
    print(f"{len(ids):,} will be sent again.")


@app.command("drop")
def drop_(ids: Ids) -> None:
    """Leave failed notices unsent for good."""
    _each(ids, lambda connection, number: drop(connection, number, actor=SYSTEM))
    print(f"{len(ids):,} dropped.")


def _each(ids: list[int], do: Callable[..., None]) -> None:
    """All of them, or none."""
    with opened_engine(Settings()) as engine, transaction(engine) as connection:
        for id in ids:
            do(connection, id)
