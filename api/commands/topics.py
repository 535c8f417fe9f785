"""`./dualgrid topics`: the taxonomy of lines and topics, and what has been learned of telling topics apart."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from api.commands.opened import opened
from gis.actor import SYSTEM
from gis.errors import Fault, InvalidInput, said
from gis.files.texts import csv_faults, text_of
from gis.issues.learning import Example
from gis.issues.taxonomy import lines, topics
from gis.issues.taxonomy_file import load_taxonomy, written_taxonomy
from gis.issues.training import TooFew, Trained, train, trained
from gis.settings import Settings

app = typer.Typer(
    help="Lines and topics: what there is, show, load; train the model that tells them apart.", add_completion=False
)


@app.callback(invoke_without_command=True)
def status(context: typer.Context) -> None:
    """List topics by line, and the model with its measured figure."""
    if context.invoked_subcommand is not None:
        return
    with opened(Settings()) as connection:
        found, known, held = topics(connection), lines(connection), trained(connection)
    for line in [*(each.name for each in known), None]:
        names = [f"{each.name} (retired)" if each.retired else each.name for each in found if each.line == line]
        if names:
            print(f"{line or 'of no line'}: {', '.join(names)}")
    print(_told(held) if held else "No model: the lexicon alone decides. Train one: ./dualgrid topics train")


@app.command()
def show() -> None:
    """Print the topics as CSV, in their order. Redirect it to a file to edit it."""
    with opened(Settings()) as connection:
        print(written_taxonomy(connection), end="")


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="CSV as `topics show` prints it.", exists=True, dir_okay=False)],
) -> None:
    """Create or change the topics of a file, and take its order. A file with faults changes nothing."""
    text = text_of(file)
    with opened(Settings()) as connection:
        count = load_taxonomy(connection, text, SYSTEM)
    print(f"Loaded {count} topics. A running service uses them from its next request on.")


@app.command("train")
def train_now(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV with the columns text, topic: more examples.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Learn from matters whose topic people have set, and measure by cross-validation what came of it."""
    given = _examples(text_of(file)) if file else []
    with opened(Settings()) as connection:
        made = train(connection, given)
    if isinstance(made, TooFew):
        print(f"Too few: {made}")
        raise typer.Exit(1)
    print(_told(made))


def _told(held: Trained) -> str:
    return (
        f"Model of {held.trained_at:%Y-%m-%d %H:%M} from {held.examples:,} examples: macro-F1 {held.macro_f1:.1%} in "
        f"5-fold cross-validation; sure of {held.sure:.0%}, and right in {held.right_when_sure:.1%} of these."
    )


def _examples(text: str) -> list[Example]:
    with csv_faults():
        read = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        missing = [name for name in ("text", "topic") if name not in (read.fieldnames or [])]
        if missing:
            raise InvalidInput(
                [Fault("row 1", "missing_column", said("there is no column “{name}”", name=name)) for name in missing]
            )
        rows = [((row["text"] or "").strip(), (row["topic"] or "").strip()) for row in read]
    return [Example(words, topic) for words, topic in rows if words and topic]
