"""Which column holds which field: as `--map` says, else by name, else by a common other name."""

from __future__ import annotations

from collections.abc import Mapping

from gis.errors import Fault, InvalidInput, said
from gis.importers.fields import Field
from gis.importers.source import Source


def map_columns(source: Source, fields: tuple[Field, ...], mapping: Mapping[str, str]) -> dict[str, str]:
    """The column of each field that the file has.

    Raises `InvalidInput` with every field that doesn't exist, column that isn't there, and required field
    without a column.
    """
    columns = [str(column) for column in source.frame.columns]
    present = ", ".join(columns) or "none"
    names = [field.name for field in fields]
    faults = []
    for name, column in mapping.items():
        if name not in names:
            reason = said("there is no field “{name}”; the fields are {list}", name=name, list=", ".join(names))
            faults.append(Fault(f"--map {name}={column}", "unknown_field", reason))
        elif column not in columns:
            reason = said(
                "the file has no column “{column}”; its columns are {present}", column=column, present=present
            )
            faults.append(Fault(f"--map {name}={column}", "unknown_column", reason))
    found: dict[str, str] = {}
    for field in fields:
        if chosen := mapping.get(field.name) or by_name(field, columns):
            found[field.name] = chosen
        elif field.required:
            reason = said(
                "no column is named “{name}”; name one with --map {name}=COLUMN (there: {present})",
                name=field.name,
                present=present,
            )
            faults.append(Fault(field.name, "missing_column", reason))
    if faults:
        raise InvalidInput(faults)
    return found


def by_name(field: Field, columns: list[str]) -> str | None:
    """The column that is called as the field is, or by one of its other names."""
    if field.name in columns:
        return field.name
    wanted = (field.name, *field.aliases)
    return next((column for name in wanted for column in columns if column.casefold() == name.casefold()), None)
