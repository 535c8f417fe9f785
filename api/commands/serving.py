"""`./dualgrid serve`: the data of this home, served."""

from __future__ import annotations

from typing import Annotated

import typer

from api import service
from api.commands.opened import prepared
from gis.settings import Settings
from gis.storage.cluster import Cluster

Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="DUALGRID_HOST, or 127.0.0.1")]
Port = Annotated[
    int | None, typer.Option(help="Port to listen on.", min=1, max=65535, show_default="DUALGRID_PORT, or 8000")
]

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer requests.")] = 1,
) -> None:
    """Serve the data of this home; Ctrl-C stops it.

    Brings the schema up to date first. Starts the private cluster, and again if it is killed.
    """
    settings = Settings()
    cluster = Cluster(settings)
    host, port = host or settings.host, port or settings.port
    address = service.address_of(host, port)
    with service.reserve(host, port) as listener, cluster.running() as url:
        prepared(settings, url).dispose()
        service.serve_until_stopped(
            cluster,
            listener,
            workers=workers,
            announce=lambda: print(f"Serving {address}", flush=True),
        )
    print("Stopped.")
