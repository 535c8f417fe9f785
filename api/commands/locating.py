"""`./dualgrid locate`: which grid and worker a place belongs to, and why; or the grid of each point in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from api.commands.opened import opened
from api.errors import faults_of
from api.progress import shown
from api.reading import decide_from, read_and_decide
from api.schemas.locating import LocatedOut, LocateQuery
from gis.crs import Datum
from gis.errors import Fault, InvalidInput, said
from gis.geolocation.clues import Knowledge
from gis.geolocation.point_files import locate_file
from gis.settings import Settings

app = typer.Typer(add_completion=False)

COMPILED_S = 3.0
"""Loading the engine takes longer only when it has compiled."""


@app.command()
def locate(
    file: Annotated[Path | None, typer.Argument(help="Points: CSV (also .csv.gz) with a header, or Parquet.")] = None,
    lon: Annotated[str | None, typer.Option(help="Longitude in degrees; with FILE, its column (lon).")] = None,
    lat: Annotated[str | None, typer.Option(help="Latitude in degrees; with FILE, its column (lat).")] = None,
    crs: Annotated[str, typer.Option(help=f"Datum of the coordinates: {', '.join(get_args(Datum))}.")] = "wgs84",
    accuracy_m: Annotated[float | None, typer.Option(help="Radius that holds the true place in 68% of cases.")] = None,
    text: Annotated[str | None, typer.Option(help="A message that names its place.")] = None,
    address: Annotated[str | None, typer.Option(help="An address.")] = None,
    building_id: Annotated[str | None, typer.Option(help="Id of a building.")] = None,
    group: Annotated[str | None, typer.Option(help="Code of the online group that a message came from.")] = None,
    community: Annotated[str | None, typer.Option(help="Code of the community.")] = None,
    at: Annotated[str | None, typer.Option(help="A day or an ISO 8601 time; now if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer of GET /api/locate.")] = False,
    boundaries: Annotated[
        Path | None, typer.Option(help="With FILE: the grids, as import takes them, or .fgb.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="With FILE: the same rows with grid_code; CSV or Parquet.")
    ] = None,
    code: Annotated[str, typer.Option(help="With FILE: the boundaries' column that holds the grid's code.")] = "code",
    layer: Annotated[str | None, typer.Option(help="With FILE: the boundaries' layer, if there are several.")] = None,
) -> None:
    """Say which grid and worker a place belongs to, and how that was decided. Stores nothing.

    Give --lon and --lat, or --text, --address, --building-id or --group. Or give a FILE of points (WGS84) with
    --boundaries and --output: each is written with the code of its grid, empty outside, by --boundaries alone.
    """
    if file is not None:
        if boundaries is None or output is None:
            lacking = [name for name, given in (("boundaries", boundaries), ("output", output)) if given is None]
            raise InvalidInput(
                [Fault(f"--{name}", "missing", said("is needed with a file of points")) for name in lacking]
            )
        locate_points(file, boundaries, output, code=code, lon=lon or "lon", lat=lat or "lat", layer=layer)
        return
    given: dict[str, Any] = {
        "lon": lon,
        "lat": lat,
        "crs": crs,
        "accuracy_m": accuracy_m,
        "text": text,
        "address": address,
        "building_id": building_id,
        "group": group,
        "community": community,
        "at": at,
    }
    try:
        asked = LocateQuery(**given)
    except ValidationError as error:
        raise InvalidInput(faults_of(error.errors())) from None
    settings = Settings()
    with opened(settings) as connection:
        located = (
            read_and_decide(connection, asked, settings)
            if asked.text
            else LocatedOut.of(decide_from(Knowledge.current(connection), asked, settings))
        )
    if as_json:
        print(located.model_dump_json(indent=2))
    else:
        _tell(located)


def locate_points(
    file: Path, boundaries: Path, output: Path, *, code: str, lon: str, lat: str, layer: str | None
) -> None:
    """Locate the points of a file, and tell how long that took and how many are in a grid."""
    with shown() as progress:
        tally = locate_file(file, boundaries, output, code=code, lon=lon, lat=lat, layer=layer, progress=progress)
    if tally.engine_s > COMPILED_S:
        print(f"engine compiled in {tally.engine_s:.0f} s, once for this home")
    print(f"index {tally.index_s:.2f} s, located {tally.points} points in {tally.located_s:.2f} s")
    print(f"{tally.inside} in a grid, {tally.points - tally.inside} in none; written to {output}")


def _tell(located: LocatedOut) -> None:
    """The decision in a few lines."""
    place, receipt = located.location, located.receipt
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("grid", f"{located.grid.code}  {located.grid.name}" if located.grid else "none")
    if located.worker:
        table.add_row("worker", f"{located.worker.id}  {located.worker.name} ({located.worker.role})")
    elif located.grid:
        table.add_row("worker", "nobody holds a post there on that day")
    if located.building:
        table.add_row("building", f"{located.building.id}  {located.building.name}")
    if place.lon is not None and place.lat is not None:
        table.add_row("place", f"{place.lon:.6f}, {place.lat:.6f} (WGS84)")
    table.add_row("method", place.method)
    if place.confidence is not None:
        table.add_row("confidence", f"{place.confidence:.2f}")
    if receipt.get("edge_m") is not None:
        table.add_row("nearest edge", f"{receipt['edge_m']} m")
    if receipt.get("outside_m") is not None:
        table.add_row("outside by", f"{receipt['outside_m']} m")
    if receipt.get("queued"):
        table.add_row("why", receipt["queued"])
    Console(highlight=False).print(table)
