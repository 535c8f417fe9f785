"""`./dualgrid hotspots`: where the cases of a file are more than chance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args
from zoneinfo import available_timezones

import typer

from api.progress import shown
from gis.errors import Fault, InvalidInput, said
from gis.hotspots.files import read_homes, read_point_file, write_cells
from gis.hotspots.find import find_hotspots
from gis.hotspots.gi_star import PERMUTATIONS
from gis.hotspots.lattice import Form
from gis.hotspots.trends import add_trends

app = typer.Typer(add_completion=False)

PERIODS = {"day": "D", "week": "W", "month": "M"}


@app.command()
def hotspots(
    file: Annotated[Path, typer.Argument(help="Points: any file that import reads.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The cells, as GeoJSON.")],
    lon: Annotated[str | None, typer.Option(help="Column of the longitude, in files without geometry (lon).")] = None,
    lat: Annotated[str | None, typer.Option(help="Column of the latitude (lat).")] = None,
    crs: Annotated[str, typer.Option(help="Coordinate system of FILE, if not its own or WGS84: gcj02, EPSG:…")] = "",
    layer: Annotated[str | None, typer.Option(help="Layer of FILE, if there are several.")] = None,
    time: Annotated[str | None, typer.Option(help="Column of the time; with it each cell has its trend.")] = None,
    period: Annotated[str, typer.Option(help=f"What trends are counted by: {', '.join(PERIODS)}.")] = "month",
    timezone: Annotated[str, typer.Option(help="Zone of the days, and of times that name none.")] = "Asia/Shanghai",
    households: Annotated[
        Path | None, typer.Option(help="Points with a column households, or one for each; cases are counted per these.")
    ] = None,
    households_crs: Annotated[str, typer.Option(help="Coordinate system of the households' file.")] = "",
    cell_m: Annotated[
        float | None, typer.Option(min=1, help="Size of a cell in metres; follows the data if left out.")
    ] = None,
    form: Annotated[str, typer.Option(help=f"Form of the cells: {', '.join(get_args(Form))}.")] = "hexagon",
    permutations: Annotated[int, typer.Option(min=99, max=999_999, help="How often chance is asked.")] = PERMUTATIONS,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same answer.")] = 0,
    keep_piles: Annotated[
        bool, typer.Option("--keep-piles", help="Count the cases of default points too, instead of setting them apart.")
    ] = False,
) -> None:
    """Write the cells of a lattice, each with the count of its cases, rate, z, p, q and class (Getis-Ord Gi*).

    The file says in `metadata` how they were found, and which default points were set apart. Stores nothing.
    """
    chosen: Form | None = next((each for each in get_args(Form) if each == form), None)
    faults = (
        []
        if chosen
        else [Fault("--form", "unknown", said("{form!r} is none of {list}", form=form, list=", ".join(get_args(Form))))]
    )
    if period not in PERIODS:
        faults.append(
            Fault("--period", "unknown", said("{period!r} is none of {list}", period=period, list=", ".join(PERIODS)))
        )
    if timezone not in available_timezones():
        faults.append(Fault("--timezone", "unknown", said("there is no time zone {timezone!r}", timezone=timezone)))
    if output.suffix.lower() not in (".geojson", ".json"):
        faults.append(
            Fault("--output", "format", said("{name}: the cells are written as GeoJSON (.geojson)", name=output.name))
        )
    if faults or chosen is None:
        raise InvalidInput(faults)
    with shown() as progress:
        points = read_point_file(
            file, lon=lon, lat=lat, time=time, crs=crs, layer=layer, zone=timezone, progress=progress
        )
        homes = read_homes(households, crs=households_crs, progress=progress) if households else None
        found = find_hotspots(
            points.lon,
            points.lat,
            homes=homes,
            form=chosen,
            cell_m=cell_m,
            permutations=permutations,
            seed=seed,
            keep_piles=keep_piles,
            progress=progress,
        )
        found.method["without_place"] = points.without_place
        if time is not None:
            add_trends(found, points.rows["time"], unit=PERIODS[period], zone=timezone)
        write_cells(found, output)
    for notice in points.notices:
        print(notice)
    for pile in found.piles:
        print(f"set apart: {pile.cases} cases on one point, {pile.lon:.6f}, {pile.lat:.6f}")
    counted = found.cells["class"].value_counts()
    told = ", ".join(f"{name} {number}" for name, number in counted.items())
    print(f"{len(points.rows)} cases, {len(found.cells)} cells of {found.method['cells']['size_m']:g} m: {told}")
    if time is not None:
        named = found.cells["trend"].value_counts()
        periods = found.method["trend"]["periods"]
        print(f"trend of {periods} periods: " + ", ".join(f"{name} {number}" for name, number in named.items()))
    print(f"written to {output}")
