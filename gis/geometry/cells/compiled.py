"""How functions of this package become machine code, and where that is kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from gis.home import default_home

F = TypeVar("F", bound=Callable[..., Any])


def _cache_dir() -> Path:
    """A folder for this state of the package: numba itself looks only at the file of the function that it keeps,
    and would not see that another one, compiled into it, has changed."""
    home = Path(os.environ.get("DUALGRID_HOME") or default_home())
    state = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        state.update(path.read_bytes())
    return home / "cache" / "numba" / state.hexdigest()[:16]


_config: Any = numba.config
if not _config.CACHE_DIR:
    _config.CACHE_DIR = str(_cache_dir())


def compiled(function: F) -> F:
    """The function as machine code, kept on disk, that lets other threads run."""
    return cast(F, numba.njit(nogil=True, cache=True, error_model="numpy")(function))
