"""`./dualgrid report`: a community's week or month, as PDF or HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api import progress
from api.commands.opened import opened
from api.reporting import made_report
from gis.actor import SYSTEM
from gis.boundaries.areas import communities
from gis.errors import Fault, InvalidInput, said
from gis.reports.kept import Step
from gis.reports.periods import Period
from gis.security.audit import record
from gis.settings import Settings

app = typer.Typer(add_completion=False)

STEPS: tuple[Step, ...] = ("figures", "hotspots", "maps", "printing")


@app.command()
def report(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The .pdf or .html file to write.")],
    week: Annotated[str, typer.Option(metavar="2023-W49", help="The week, of ISO 8601.")] = "",
    month: Annotated[str, typer.Option(metavar="2023-12", help="The month.")] = "",
    community: Annotated[str, typer.Option(metavar="CODE", help="Needed where a home holds several.")] = "",
    language: Annotated[Literal["zh", "en"] | None, typer.Option(help="The operator's, if left out.")] = None,
) -> None:
    """Write the report of a week or a month: figures beside those before, maps, hotspots, deadlines, ledger by grid.

    It tells numbers and places, and no words of residents. The HTML file is signed, see `./dualgrid verify`.
    """
    settings = Settings()
    format = output.suffix.lower()
    faults = []
    if bool(week) == bool(month):
        faults.append(Fault("--week", "one_period", said("say either --week or --month")))
    if format not in (".pdf", ".html"):
        faults.append(Fault("--output", "unknown_format", said("must end in .pdf or .html")))
    if not output.parent.is_dir():
        faults.append(Fault("--output", "missing", said("there is no folder {folder}", folder=output.parent)))
    if faults:
        raise InvalidInput(faults)
    period = Period.read(week or month, field="--week" if week else "--month")
    if period.kind != ("week" if week else "month"):
        reason = said("must be a week (2023-W49) or a month (2023-12)")
        raise InvalidInput([Fault("--week" if week else "--month", "not_a_period", reason)])
    with opened(settings) as connection, progress.shown() as tell:
        known = {each.code for each in communities(connection)}
        code = community or settings.community
        if code not in known and (code or len(known) != 1):
            reason = said("must be one of {codes}", codes=", ".join(sorted(known)) or "—")
            raise InvalidInput([Fault("--community", "unknown_community", reason)])
        html, pdf, _ = made_report(
            connection,
            settings,
            community=code or next(iter(known)),
            period=period,
            language=language or settings.language,
            made_by=SYSTEM.name,
            step=lambda step: tell(step, STEPS.index(step), len(STEPS)),
        )
        record(connection, SYSTEM, "export", detail={"kind": "report", "community": code, "period": period.name})
    part = output.with_name(f"{output.name}.part")
    try:
        part.write_bytes(pdf if format == ".pdf" else html)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    print(f"Wrote the report of {period.name} to {output}.")
