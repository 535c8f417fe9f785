"""What processes have cost: seconds of processor, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int | None) -> float:
    """The seconds that a process, all below it that live and those of them that have ended have used."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name of the program, in brackets, may hold anything.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        used[int(folder.name)] = sum(map(int, fields[11:15]))
    family = {pid}
    while below := {child for child, parent in parents.items() if parent in family} - family:
        family |= below
    return sum(used.get(each, 0) for each in family if each is not None) / _TICKS_A_SECOND
