"""`./dualgrid export`: gives the data back, in files that import as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.commands.opened import opened
from gis.exporters.exporting import export as export_to
from gis.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def export(
    kind: Annotated[Literal["boundaries", "buildings", "issues"], typer.Argument(help="What to export.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    format: Annotated[
        Literal["geojson", "gpkg", "csv", "xlsx"] | None, typer.Option(help="Told by the file's name if left out.")
    ] = None,
    community: Annotated[str | None, typer.Option(metavar="CODE", help="Of this community only.")] = None,
) -> None:
    """Write boundaries, buildings or issues to a file, in EPSG:4326; importing it again changes nothing.

    In CSV and XLSX, text that a spreadsheet would take for a formula has an apostrophe before it, which an
    import takes off again.
    """
    with opened(Settings()) as connection:
        count = export_to(connection, kind, output, format=format or "", community=community)
    print(f"Wrote {count:,} {kind} to {output}.")
