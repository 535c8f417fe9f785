"""How far a long piece of work has come, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as `progress(what, done, of)`, `of` 0 where it is not known beforehand."""


def silent(what: str, done: int, of: int) -> None:
    """Shows nothing."""
