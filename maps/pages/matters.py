"""A matter as every list shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ListedMatter:
    """One line of a list. `excerpt` is what the resident wrote; a list shows its first two lines."""

    id: str
    excerpt: str
    topic: str
    status: str
    reported_at: datetime
    grid_name: str = ""
    hazard: bool = False
