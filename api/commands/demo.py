"""`./dualgrid demo`: from nothing to the demonstration community in a browser."""

from __future__ import annotations

import os
import secrets
import webbrowser
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine

from api import progress, service
from api.commands.opened import prepared
from api.commands.serving import Host, Port
from gis.boundaries.areas import communities
from gis.errors import Conflict, said
from gis.importers import demonstration
from gis.security.accounts import ensure_demo_accounts
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.session import transaction

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    host: Host = None,
    port: Port = None,
    browser: Annotated[bool, typer.Option(help="Open the page when there is a display.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete this home's database and start over.")] = False,
) -> None:
    """Set up everything, load the demonstration community 长远社区, and serve it; Ctrl-C stops it.

    Run again, it starts in seconds with the data kept. The community is synthetic.
    """
    settings = Settings()
    cluster = Cluster(settings)
    host, port = host or settings.host, port or settings.port
    address = service.address_of(host, port)
    with service.reserve(host, port) as listener:
        if fresh:
            _start_over(cluster)
        with cluster.running() as url:
            engine = prepared(settings, url)
            accounts = _prepare(engine, settings)
            engine.dispose()
            service.serve_until_stopped(cluster, listener, announce=lambda: _announce(address, accounts, browser))
    print("Stopped.")


def _start_over(cluster: Cluster) -> None:
    if cluster.settings.database_url:
        raise Conflict(said("--fresh deletes a home's own database only, and DUALGRID_DATABASE_URL names another."))
    cluster.erase()
    print(f"Deleted {cluster.data_dir}: everything that was stored in this home.", flush=True)


def _prepare(engine: Engine, settings: Settings) -> Sequence[tuple[str, str, str]]:
    """Bring the database to where it can be shown; the accounts as (name, role, password)."""
    with transaction(engine) as connection:
        if not demonstration.is_loaded(connection):
            _refuse_beside_others(connection)
            with progress.shown() as tell:
                demonstration.load(connection, settings=settings, progress=tell)
    with transaction(engine) as connection:
        return ensure_demo_accounts(connection, _password(settings))


def _refuse_beside_others(connection: Connection) -> None:
    """The demonstration brings accounts with a printed password: not where somebody keeps data already."""
    there = [each.name for each in communities(connection) if not each.synthetic]
    if there:
        raise Conflict(
            said(
                "This home holds {list}: the demonstration would be mixed with it. Choose another with "
                "--home, or use `./dualgrid serve`.",
                list=", ".join(there),
            )
        )


def _password(settings: Settings) -> str:
    """The demonstration's password: the operator's, or this home's own, which stays the same."""
    if settings.demo_password is not None:
        return settings.demo_password.get_secret_value()
    path = settings.home / "demo-password"
    known = path.read_text() if path.exists() else ""
    if known:
        return known
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(9))
    return path.read_text()


def _announce(address: str, accounts: Sequence[tuple[str, str, str]], browser: bool) -> None:
    table = Table("account", "role", "password", title="Demonstration accounts", title_justify="left")
    for account in accounts:
        table.add_row(*account)
    console = Console()
    console.print(table)
    console.print(f"双网格 dualgrid serves {address}  (Ctrl-C stops it)", highlight=False)
    if browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(address)
