"""`./dualgrid lexicon`: the words by which topics and hazards are recognised."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.opened import opened
from gis.files.texts import text_of
from gis.issues.lexicon import replace_lexicon, written_lexicon
from gis.settings import Settings

app = typer.Typer(
    help="The words by which topics and hazards are recognised: show, load.", add_completion=False, no_args_is_help=True
)


@app.command()
def show() -> None:
    """Print the lexicon as CSV: term, topic, line, hazard. Redirect it to a file to edit it."""
    with opened(Settings()) as connection:
        print(written_lexicon(connection), end="")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="CSV as `lexicon show` prints it.", exists=True, dir_okay=False)],
) -> None:
    """Put the lexicon of a file in the place of the old one. A file with faults changes nothing."""
    text = text_of(file)
    with opened(Settings()) as connection:
        count = replace_lexicon(connection, text)
    print(f"Loaded {count} terms. A running service uses them from its next request on.")
