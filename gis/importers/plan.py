"""What an import would do: checked, counted, and not done yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd
from sqlalchemy import Connection

from gis.actor import Actor
from gis.errors import Fault
from gis.importers.community import Community
from gis.importers.faults import Faults
from gis.importers.options import Options
from gis.importers.source import Source
from gis.progress import Progress
from gis.settings import Settings


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things of a file are new, changed, and already so."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class Changes(Protocol):
    """What a file changes, of one kind; worked out against the database, from sound rows only."""

    @property
    def counts(self) -> Counts: ...

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        """Make the changes, which the caller's transaction commits; what is worth telling of them."""


@dataclass
class Draft:
    """A file on its way through the checks of its kind.

    `rows` has a column for each field that the file has; `faults` and `notices` are added to.
    """

    connection: Connection
    source: Source
    options: Options
    community: Community
    rows: pd.DataFrame
    faults: Faults
    notices: list[str]
    settings: Settings
    actor: Actor

    def column(self, field: str) -> pd.Series:
        """A field's values, all None if the file does not have it."""
        if field in self.rows:
            return self.rows[field]
        return pd.Series([None] * len(self.rows), index=self.rows.index, dtype=object)

    def sound(self) -> pd.DataFrame:
        """The rows without faults so far."""
        return self.rows.drop(index=[number for number in self.faults.bad_rows if number in self.rows.index])


@dataclass
class Plan:
    """The outcome of a check. `left_out` are the rows with faults, as they are in the file."""

    kind: str
    source: Source
    community: Community
    faults: list[Fault]
    blocking: list[Fault]
    left_out: pd.DataFrame
    changes: Changes
    notices: list[str] = field(default_factory=list)

    @property
    def row_faults(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.severity == "fault" and fault not in self.blocking]

    @property
    def warnings(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.severity == "warning"]
