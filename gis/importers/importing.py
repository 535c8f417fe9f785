"""Checks a file of any kind, and applies what was checked.

`check_file` reads and tells everything: it writes nothing. `apply` makes the changes. Between the two
there is a `Plan`, to be looked at, shown, or thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from gis.actor import SYSTEM, Actor
from gis.errors import Fault, InvalidInput, said
from gis.importers.boundaries import check_boundaries
from gis.importers.buildings import check_buildings
from gis.importers.community import find_community
from gis.importers.compounds import check_compounds
from gis.importers.faults import Faults
from gis.importers.fields import FIELDS
from gis.importers.groups import check_groups
from gis.importers.households import check_households
from gis.importers.issues import check_issues
from gis.importers.known_places import check_places
from gis.importers.mapping import map_columns
from gis.importers.options import Options
from gis.importers.parse import parse
from gis.importers.plan import Changes, Draft, Plan
from gis.importers.read import read
from gis.importers.workers import check_workers
from gis.progress import Progress, silent
from gis.settings import Settings

_CHECKS: dict[str, Callable[[Draft], Changes]] = {
    "boundaries": check_boundaries,
    "compounds": check_compounds,
    "buildings": check_buildings,
    "places": check_places,
    "households": check_households,
    "groups": check_groups,
    "workers": check_workers,
    "issues": check_issues,
}


def check_file(
    connection: Connection,
    kind: str,
    path: Path,
    options: Options,
    *,
    settings: Settings,
    actor: Actor = SYSTEM,
    progress: Progress = silent,
) -> Plan:
    """Everything that is wrong with a file, and what importing its sound rows would change.

    Raises InvalidInput only where nothing more can be said: it cannot be read, a column is missing, the
    community is unknown.
    """
    try:
        return _check(connection, kind, path, options, settings, actor, progress)
    except InvalidInput as error:
        named = [replace(f, where=path.name) if f.where == "file" else f for f in error.faults]
        raise InvalidInput(named) from error


def _check(
    connection: Connection,
    kind: str,
    path: Path,
    options: Options,
    settings: Settings,
    actor: Actor,
    progress: Progress,
) -> Plan:
    source = read(path, layer=options.layer, progress=progress)
    fields = FIELDS[kind]
    columns = map_columns(source, fields, options.mapping)
    grid_codes = source.frame[columns["code"]].str.strip().tolist() if kind == "boundaries" else None
    community = find_community(connection, options, settings, grid_codes=grid_codes)
    progress("checking", 0, len(source.frame))
    faults = Faults(source)
    rows = parse(source, fields, columns, faults, community.zone)
    draft = Draft(connection, source, options, community, rows, faults, list(source.notices), settings, actor)
    if not len(rows) and not faults.bad_rows:
        faults.whole("file", "empty", said("it has no rows"))
    changes = _CHECKS[kind](draft)
    return Plan(kind, source, community, faults.all, faults.blocking, faults.left_out(source), changes, draft.notices)


def apply(connection: Connection, plan: Plan, *, skip_faulty: bool = False, progress: Progress = silent) -> list[str]:
    """Make the plan's changes, in the caller's transaction; what is worth telling of them.

    Raises InvalidInput, having changed nothing, if there are faults; with `skip_faulty` only if there are
    some that are not of single rows.
    """
    standing = plan.blocking + ([] if skip_faulty else plan.row_faults)
    if standing:
        raise InvalidInput(standing)
    try:
        with connection.begin_nested():
            # How a connection learnt to look up a row's other end while there were few would read them all for each.
            connection.execute(text("DISCARD PLANS"))
            return plan.changes.write(connection, progress)
    except IntegrityError as error:
        told = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or "one of its rules"
        reason = said(
            "the database refused it ({told}): what is stored may have changed meanwhile; try again", told=told
        )
        raise InvalidInput([Fault("file", "refused", reason)]) from error
