"""The list of what an import left out, or would not take, as a file to mend and send again."""

from __future__ import annotations

import csv
from pathlib import Path

from gis.files.formulas import guard
from gis.importers.plan import Plan


def write_leftovers(plan: Plan, path: Path) -> None:
    """CSV: where and why, then the row as it is in the file. Faults that are not of one row come first."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(plan.left_out.columns)
        for fault in plan.blocking:
            writer.writerow([guard(fault.where), guard(fault.reason)])
        for cells in plan.left_out.itertuples(index=False, name=None):
            writer.writerow(map(guard, cells))
