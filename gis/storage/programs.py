"""Which PostgreSQL of this machine can carry the private cluster.

Standard library only: the launcher asks before anything is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

POSTGIS_MINIMUM = (3, 3)


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL that has PostGIS beside it."""

    folder: Path
    major: int
    postgis: tuple[int, int]

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find_programs(folder: Path | None = None) -> list[Programs]:
    """Every PostgreSQL with PostGIS on this machine, newest first; only that in `folder` if it is given."""
    folders = [folder] if folder else _usual_folders()
    found = [programs for candidate in folders if (programs := _inspect(candidate)) is not None]
    return sorted(found, key=lambda programs: programs.major, reverse=True)


def _usual_folders() -> list[Path]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    return list(dict.fromkeys(folders))


def _inspect(folder: Path) -> Programs | None:
    if not all((folder / name).is_file() for name in ("postgres", "initdb", "pg_config")):
        return None
    answer = subprocess.run(
        [str(folder / "pg_config"), "--version", "--sharedir"], capture_output=True, text=True, check=False
    )
    version, _, share = answer.stdout.strip().partition("\n")
    major = re.match(r"PostgreSQL (\d+)", version)
    control = Path(share) / "extension" / "postgis.control"
    if major is None or not control.is_file():
        return None
    postgis = re.search(r"default_version\s*=\s*'(\d+)\.(\d+)", control.read_text())
    if postgis is None:
        return None
    return Programs(folder, int(major[1]), (int(postgis[1]), int(postgis[2])))
