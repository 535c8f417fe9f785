"""Runs a file of SQL as it stands."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection


def run_script(connection: Connection, path: Path) -> None:
    """Run all statements of a file in the connection's transaction; nothing in it is a parameter."""
    # The driver's own cursor: only without parameters does it take several statements, and a bare %.
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(path.read_text(encoding="utf-8"))
