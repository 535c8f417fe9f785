"""Where dualgrid keeps what it writes.

Standard library only: the launcher asks before anything is installed.
"""

from __future__ import annotations

import os
from pathlib import Path


def default_home() -> Path:
    """The home when none is named: a system folder for root, a user's data folder otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/dualgrid")
    data_home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data_home) / "dualgrid"
