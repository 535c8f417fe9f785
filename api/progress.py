"""Shows a person at a terminal how far long work has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from gis.progress import Progress


@contextmanager
def shown() -> Iterator[Progress]:
    """A bar for each piece of work on stderr; where that is no terminal, a line when each begins."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=None)
                if not console.is_terminal:
                    console.print(what, highlight=False)
            bars.update(tasks[what], completed=done, total=of or None)

        yield tell
