"""`./dualgrid db`: the private cluster and the schema in it."""

from __future__ import annotations

import typer

from api.commands.opened import prepared
from gis.errors import Conflict, said
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import revision, unserved
from gis.storage.session import check_postgis, create_owner_engine

app = typer.Typer(help="The database: start, stop, status, migrate.", add_completion=False)


@app.command()
def start() -> None:
    """Start the private cluster and let it stay until `db stop`.

    Without this, a command that needs the cluster starts it and stops it again.
    """
    cluster = _private_cluster()
    cluster.keep()
    print(f"Running: {cluster.url}")


@app.command()
def stop() -> None:
    """Stop the private cluster, or let the last command that still uses it do so."""
    if _private_cluster().release():
        print("Stopped.")
    else:
        print("Still used by another dualgrid command; it stops with that.")


@app.command()
def status() -> None:
    """Say whether the database runs, where it is and which schema it holds; exit code 1 if it does not."""
    settings = Settings()
    cluster = Cluster(settings)
    engine = create_owner_engine(cluster.url)
    if settings.database_url:
        print(f"database  {engine.url.render_as_string()} (from DUALGRID_DATABASE_URL)", flush=True)
    else:
        state = cluster.status()
        stays = ", stays until `db stop`" if state.kept else ""
        print(f"cluster   {f'running (pid {state.pid}{stays})' if state.running else 'not running'}")
        print(f"data      {state.data_dir}")
        print(f"url       {state.url}")
        if not state.running:
            raise typer.Exit(1)
    check_postgis(engine)
    held, needed = revision(engine)
    outdated = "" if held == needed else f"; this version needs {needed}: `db migrate`"
    print(f"schema    {held or 'none yet'}{outdated}")
    slow = unserved(engine) if held is not None else []
    if slow:
        print("slow      searches by place or words read every row in sight, because this server does not let an index")
        print("          serve under row-level security; have a superuser run in this database:")
    for operator in slow:
        print(f"          ALTER FUNCTION {operator} LEAKPROOF;")


@app.command()
def migrate() -> None:
    """Bring the schema to what this version needs, keeping the data."""
    settings = Settings()
    with Cluster(settings).running() as url:
        prepared(settings, url).dispose()
        engine = create_owner_engine(url)
        print(f"Schema: {revision(engine)[0]}")
        engine.dispose()


def _private_cluster() -> Cluster:
    settings = Settings()
    if settings.database_url:
        raise Conflict(said("DUALGRID_DATABASE_URL is set: that database is not ours to start or stop."))
    return Cluster(settings)
