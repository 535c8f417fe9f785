"""Gathers what is wrong with a file, and knows which rows it leaves unusable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from gis.errors import Fault, Said, Severity, Term, said
from gis.importers.source import Source
from gis.security.masking import masked_words

MASKED = said("it is masked, as exports are without --unmasked: the stars would replace what is known")


class Faults:
    """Faults of one source. Those of a row can be passed over with that row; those of the whole cannot."""

    def __init__(self, source: Source) -> None:
        self._unit = source.unit
        self._whole: list[Fault] = []
        self._of_row: dict[int, list[Fault]] = defaultdict(list)
        for fault in source.faults:  # told by their place: "row 17" or "feature 3, geometry"
            self._of_row[int(fault.where.partition(",")[0].split()[1])].append(fault)

    def row(
        self, number: int, code: str, reason: Said, *, field: str = "", place: tuple[float, float] | None = None
    ) -> None:
        where = f"{self._unit} {number}" + (f", {field}" if field else "")
        self._of_row[number].append(Fault(where, code, reason, place=place))

    def rows(self, cells: pd.Series, code: str, reason: str, *, field: str = "", **known: object) -> None:
        """One fault for each of `cells`; `reason` is a template, which may show the cell as {value}, and what is
        `known` beside."""
        for number, value in cells.items():
            self.row(int(str(number)), code, said(reason, value=shown(value), **known), field=field)

    def whole(
        self,
        where: str,
        code: str,
        reason: Said,
        *,
        severity: Severity = "fault",
        place: tuple[float, float] | None = None,
    ) -> None:
        self._whole.append(Fault(where, code, reason, severity, place))

    def unknown(self, cells: pd.Series, known: Iterable[str] | Mapping[str, object], thing: str, *, field: str) -> None:
        """A fault for each filled cell (or item of a list) that names none of the `known` things."""
        known = known if isinstance(known, Mapping) else frozenset(known)
        for number, value in cells.items():
            for name in value if isinstance(value, list) else [value]:
                if name and name not in known:
                    reason = said(
                        "there is no {thing} {name} in this community", thing=Term("thing", thing), name=shown(name)
                    )
                    self.row(int(str(number)), f"unknown_{thing.split()[-1]}", reason, field=field)

    def duplicates(self, keys: pd.Series, thing: str) -> None:
        """A fault for each row whose key, a `thing`, an earlier row has."""
        keys = keys.dropna()
        again = keys[keys.duplicated()]
        if not len(again):
            return
        first = {key: int(str(number)) for number, key in reversed(list(keys.items()))}
        for number, key in again.items():
            reason = said(
                "{unit} {first} has the same {thing}",
                unit=Term("record", self._unit),
                first=first[key],
                thing=Term("thing", thing),
            )
            self.row(int(str(number)), "duplicate", reason)

    def tells(self, number: int, *fields: str) -> bool:
        """Whether there is a fault of one of these fields in a row."""
        return any(fault.where.partition(", ")[2] in fields for fault in self._of_row.get(number, ()))

    @property
    def bad_rows(self) -> list[int]:
        return sorted(self._of_row)

    @property
    def blocking(self) -> list[Fault]:
        """Those that no leaving out of rows would mend."""
        return [fault for fault in self._whole if fault.severity == "fault"]

    @property
    def all(self) -> list[Fault]:
        """Everything, faults of the whole first, then row by row."""
        return self._whole + [fault for number in self.bad_rows for fault in self._of_row[number]]

    def left_out(self, source: Source) -> pd.DataFrame:
        """The rows that have faults, as they are in the file; in front of them, where each is and its faults."""
        numbers = self.bad_rows
        rows = source.frame.reindex(numbers).fillna("")
        reasons = ["; ".join(_reason(fault) for fault in self._of_row[number]) for number in numbers]
        rows.insert(0, "faults", reasons, allow_duplicates=True)
        rows.insert(0, "where", [f"{self._unit} {number}" for number in numbers], allow_duplicates=True)
        return rows


def shown(value: object) -> str:
    """A cell for a message: quoted, on one line, not too long, numbers of persons masked."""
    text = masked_words(" ".join(str(value).split()))
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def _reason(fault: Fault) -> str:
    _, comma, field = fault.where.partition(", ")
    return f"{field}: {fault.reason}" if comma else fault.reason
