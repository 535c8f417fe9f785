"""`./dualgrid import`: brings a community's own files in."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api import progress
from api.commands.opened import opened
from gis.errors import Fault, InvalidInput, said
from gis.importers.fields import FIELDS
from gis.importers.importing import apply, check_file
from gis.importers.leftovers import write_leftovers
from gis.importers.options import Options
from gis.importers.plan import Counts, Plan
from gis.settings import Settings

Kind = Literal["boundaries", "compounds", "buildings", "places", "households", "groups", "workers", "issues"]

FAULTS_SHOWN_AT_MOST = 50
WARNINGS_SHOWN_AT_MOST = 10


def _help() -> str:
    lines = [
        "Import a file: GeoJSON, Shapefile (also zipped), GeoPackage, CSV (also .csv.gz) or XLSX.",
        "Everything is checked first and every fault is told, with its row; a file with faults changes nothing. "
        "Boundaries come first: they make the community. Importing the same file again changes nothing.",
        "Fields of each kind (* is needed); a column of another name is taken with --map FIELD=COLUMN:",
    ]
    for kind, fields in FIELDS.items():
        lines.append(f"{kind}: " + "; ".join(f"{f.name}{'*' * f.required} ({f.help})" for f in fields) + ".")
    return "\n\n".join(lines)


app = typer.Typer(add_completion=False)
_console = Console(stderr=True)


@app.command("import", help=_help())
def import_(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="The file.")],
    community: Annotated[
        str, typer.Option(metavar="CODE", help="The community; needed when there are several, or for a first one.")
    ] = "",
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Where a field is; may be repeated.")
    ] = None,
    crs: Annotated[
        str,
        typer.Option(metavar="CRS", help="EPSG:…, wgs84, cgcs2000, gcj02 or bd09; as the file says if left out."),
    ] = "",
    layer: Annotated[str | None, typer.Option(help="Layer of a GeoPackage, or Shapefile of a zip.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only, and say what would change.")] = False,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help="Import the sound rows, and list the others in a file.")
    ] = False,
    faults_file: Annotated[
        Path | None, typer.Option(help="Where rows with faults are listed; FILE.faults.csv with --skip-faulty.")
    ] = None,
    valid_from: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day from which changes hold; now if left out (a first import: ever)."),
    ] = None,
    tolerance_m: Annotated[
        float, typer.Option(min=0, max=100, help="Overlaps and gaps of boundaries up to this width are warnings only.")
    ] = 1.0,
    accept_coverage_faults: Annotated[
        bool, typer.Option("--accept-coverage-faults", help="Take overlaps and gaps of boundaries as they are.")
    ] = False,
    footprints: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Outlines of buildings: id and polygon.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(help="Time zone of a new community, for times without one; Asia/Shanghai if left out.")
    ] = "",
    community_name: Annotated[str, typer.Option(help="Name of the community; its code if left out.")] = "",
    street_name: Annotated[str, typer.Option(help="Name of the street (街道) that a 12-digit code names.")] = "",
    district_name: Annotated[str, typer.Option(help="Name of the district that a 12-digit code names.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome, with every fault, as JSON.")] = False,
) -> None:
    settings = Settings()
    options = Options(
        community=community,
        community_name=community_name,
        street_name=street_name,
        district_name=district_name,
        timezone=timezone,
        crs=crs,
        mapping=_mapping(map_ or []),
        layer=layer,
        valid_from=valid_from.date() if valid_from else None,
        footprints=footprints,
        tolerance_m=tolerance_m,
        accept_coverage_faults=accept_coverage_faults,
    )
    with _no_collecting(), opened(settings) as connection, progress.shown() as tell:
        try:
            plan = check_file(connection, kind, file, options, settings=settings, progress=tell)
        except InvalidInput as error:
            if as_json:
                print(_json({"outcome": "refused", "kind": kind, "faults": [asdict(fault) for fault in error.faults]}))
            raise
        refused = bool(plan.blocking or (plan.row_faults and not skip_faulty))
        remarks = list(plan.notices)
        if not (dry_run or refused):
            remarks += apply(connection, plan, skip_faulty=skip_faulty, progress=tell)
        if faults_file is None and skip_faulty and not dry_run and not refused and plan.row_faults:
            faults_file = file.with_name(file.name + ".faults.csv")
        if faults_file is not None and (plan.row_faults or plan.blocking):
            write_leftovers(plan, faults_file)  # before the commit: nothing is left out without being listed
            remarks.append(f"The rows with faults are listed in {faults_file}.")
    outcome = "refused" if refused else "checked" if dry_run else "imported"
    if as_json:
        print(_json(_as_json(plan, outcome, remarks)))
    else:
        _tell(plan, outcome, remarks)
    if refused:
        raise typer.Exit(1)


def _mapping(pairs: list[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if not all(pair.partition("="))]
    if wrong:
        raise InvalidInput(Fault(f"--map {pair}", "bad_map", said("write it as FIELD=COLUMN")) for pair in wrong)
    return {field.strip(): column.strip() for field, _, column in (pair.partition("=") for pair in pairs)}


def _tell(plan: Plan, outcome: str, remarks: list[str]) -> None:
    if plan.warnings:
        _console.print(_table(plan.warnings, "Warnings", "yellow", at_most=WARNINGS_SHOWN_AT_MOST))
    if faults := [fault for fault in plan.faults if fault.severity == "fault"]:
        _console.print(_table(faults, "Faults", "red", at_most=FAULTS_SHOWN_AT_MOST))
    for remark in remarks:
        _console.print(f"· {remark}", highlight=False, markup=False)
    counted = _counted(plan.changes.counts)
    left_out = f", {len(plan.left_out):,} left out" if len(plan.left_out) else ""
    match outcome:
        case "imported":
            print(f"Imported {plan.kind} of {plan.community.code}: {counted}{left_out}.")
        case "checked":
            print(f"Nothing was changed (dry run). An import would have: {counted}{left_out}.")
        case _:
            print(f"Nothing was changed, because of the faults. {_advice(plan)}")


def _advice(plan: Plan) -> str:
    coverage = {"overlap", "gap", "open_gap"}
    if plan.blocking and all(fault.code in coverage for fault in plan.blocking) and not plan.row_faults:
        return "To take overlaps and gaps as they are: --accept-coverage-faults."
    if plan.row_faults and not plan.blocking and plan.changes.counts != Counts():
        return f"To import the sound rows only: --skip-faulty. They would be: {_counted(plan.changes.counts)}."
    return "Mend the file and import it again."


def _counted(counts: Counts) -> str:
    return f"{counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged"


def _table(faults: list[Fault], title: str, style: str, *, at_most: int) -> Table:
    more = len(faults) - at_most
    caption = f"and {more:,} more; --json lists all" if more > 0 else None
    title = f"{title}: {len(faults):,}"
    table = Table("where", "what", title=title, title_style=style, title_justify="left", caption=caption)
    for fault in faults[:at_most]:
        table.add_row(Text(fault.where), Text(fault.reason))
    return table


def _as_json(plan: Plan, outcome: str, remarks: list[str]) -> dict[str, object]:
    return {
        "outcome": outcome,
        "kind": plan.kind,
        "community": plan.community.code,
        **asdict(plan.changes.counts),
        "left_out": len(plan.left_out),
        "remarks": remarks,
        "faults": [asdict(fault) for fault in plan.faults],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Spare Python's search for cyclic garbage: with a large file in memory it costs a third of the time, and
    an import makes none to speak of."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
