"""Processes, by /proc: what belongs together, and the seconds of processor that it has cost."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int) -> float:
    """The seconds that a process, all below it that live and those of them that have ended have used."""
    fields = _fields()
    return sum(sum(map(int, fields[each][11:15])) for each in {pid, *below(pid)} if each in fields) / _TICKS_A_SECOND


def below(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    fields = _fields()
    family = {pid}
    while more := {each for each, known in fields.items() if int(known[1]) in family} - family:
        family |= more
    return sorted(family - {pid})


def _fields() -> dict[int, list[str]]:
    """What `stat` says of each process, from its state on (the fields before may hold anything)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
    return found
