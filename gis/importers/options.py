"""What the sender of a file says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

SINCE_EVER = date(1970, 1, 1)
"""From when first imports hold, so that what happened before them finds its grid and worker too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of an import, for all kinds; each kind uses those that concern it.

    `community` is a code; `timezone` and the names are for a community that the import creates, or change
    it. `valid_from` is when changed boundaries, covers and posts begin to hold.
    """

    community: str = ""
    community_name: str = ""
    street_name: str = ""
    district_name: str = ""
    timezone: str = ""
    synthetic: bool = False
    crs: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    layer: str | None = None
    valid_from: date | None = None
    footprints: Path | None = None
    tolerance_m: float = 1.0
    accept_coverage_faults: bool = False
