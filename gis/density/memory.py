"""Sheets that a process has read, by their digests."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date

from gis.density.sheets import Sheet

MOST_BYTES = 1 << 29
"""Beyond it those go that were not asked for longest."""


class HeldSheets:
    """One sheet for each community and month. The same digest is the same sheet, whatever database it came from, so
    what is held is only ever given to who has been told its digest by the database, under the own policies."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._sheets: OrderedDict[tuple[int, date], tuple[bytes, Sheet]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, community_id: int) -> dict[bytes, Sheet]:
        """Those of a community, by their digests."""
        with self._lock:
            return dict(held for (of, _), held in self._sheets.items() if of == community_id)

    def keep(self, community_id: int, month: date, digest: bytes, sheet: Sheet) -> None:
        """Hold a sheet, in the place of the month's former one, as the one that was asked for last."""
        with self._lock:
            former = self._sheets.pop((community_id, month), None)
            self._bytes += sheet.size_bytes - (former[1].size_bytes if former else 0)
            self._sheets[community_id, month] = (digest, sheet)
            while self._bytes > self._most_bytes and len(self._sheets) > 1:
                _, (_, oldest) = self._sheets.popitem(last=False)
                self._bytes -= oldest.size_bytes
