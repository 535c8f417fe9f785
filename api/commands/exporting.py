"""`./dualgrid export`: gives the data back, in files that import as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.commands.opened import opened
from gis.actor import SYSTEM
from gis.errors import Fault, InvalidInput, said
from gis.exporters.exporting import export as export_to
from gis.exporters.tables import PERSONAL
from gis.security.audit import record
from gis.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def export(
    kind: Annotated[
        Literal["boundaries", "buildings", "places", "groups", "households", "workers", "issues"],
        typer.Argument(help="What to export."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    format: Annotated[
        Literal["geojson", "gpkg", "csv", "xlsx"] | None, typer.Option(help="Told by the file's name if left out.")
    ] = None,
    community: Annotated[str | None, typer.Option(metavar="CODE", help="Of this community only.")] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Write names, phones, plates, doors and words in clear.")
    ] = False,
    purpose: Annotated[str, typer.Option(help="What it is needed in clear for; goes with --unmasked.")] = "",
) -> None:
    """Write one kind of data to a file, in EPSG:4326. Personal data comes masked, unless --unmasked says otherwise.

    Imported again, an unmasked file changes nothing; a masked one of households or workers is refused. In CSV and
    XLSX, text that a spreadsheet would take for a formula has an apostrophe before it, which an import takes off again.
    """
    purpose = purpose.strip()
    if unmasked != bool(purpose):
        reason = said("say what it is for with --purpose") if unmasked else said("goes with --unmasked only")
        raise InvalidInput([Fault("--unmasked" if unmasked else "--purpose", "needs_purpose", reason)])
    with opened(Settings()) as connection:
        count = export_to(connection, kind, output, format=format or "", community=community, unmasked_for=purpose)
        told = {"kind": kind, "rows": count, "community": community, "in_clear": unmasked}
        record(connection, SYSTEM, "export", purpose=purpose or None, detail=told)
    masked = ", masked (--unmasked for clear)" if kind in PERSONAL and not unmasked else ""
    print(f"Wrote {count:,} {kind} to {output}{masked}.")
