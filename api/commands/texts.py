"""`./dualgrid locate-text`: what each line of a file says of a place, one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.opened import opened
from api.schemas.locating import CandidateOut, ReadOut, parts_of
from gis.errors import Fault, InvalidInput, said
from gis.files.texts import text_of
from gis.geolocation.address import parse
from gis.geolocation.clues import Clues, Knowledge, context_of, look_up
from gis.geolocation.matching.files import read_gazetteer
from gis.geolocation.texts import Candidate, read_text, read_text_from
from gis.settings import Settings

app = typer.Typer(add_completion=False)

Answer = Callable[[str], dict[str, Any]]


@app.command("locate-text")
def locate_text(
    file: Annotated[Path, typer.Argument(help="One text a line.", exists=True, dir_okay=False)],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; shown if left out.")] = None,
    parts_only: Annotated[bool, typer.Option("--parts-only", help="Only read the parts: no gazetteer needed.")] = False,
    gazetteer: Annotated[
        Path | None,
        typer.Option(help="CSV of places (name, aliases, lon, lat, parent) instead of this home's."),
    ] = None,
    group: Annotated[str | None, typer.Option(help="Code of the online group that the texts came from.")] = None,
    community: Annotated[str | None, typer.Option(help="Code of the community.")] = None,
) -> None:
    """Say what place each line of a file means: its parts, the candidates, the decision. Stores nothing.

    An empty line has an answer as well, so that lines and answers stay side by side.
    """
    if parts_only and gazetteer:
        raise InvalidInput([Fault("gazetteer", "unused", said("--parts-only reads no gazetteer"))])
    if gazetteer is not None and not gazetteer.is_file():
        raise InvalidInput([Fault("gazetteer", "missing", said("there is no file {gazetteer}", gazetteer=gazetteer))])
    with ExitStack() as stack:
        answer = _answer(stack, parts_only=parts_only, gazetteer=gazetteer, group=group, community=community)
        lines = text_of(file).splitlines()
        out = stack.enter_context(output.open("w", encoding="utf-8")) if output else sys.stdout
        for line in lines:
            out.write(json.dumps(answer(line), ensure_ascii=False) + "\n")


def _answer(
    stack: ExitStack, *, parts_only: bool, gazetteer: Path | None, group: str | None, community: str | None
) -> Answer:
    """The function that answers one line; what it holds open is closed with `stack`."""
    if parts_only:
        return lambda text: {"parts": [part.model_dump() for part in parts_of(parse(text))]}
    if gazetteer is not None:
        index = read_gazetteer(gazetteer)

        def from_file(text: str) -> dict[str, Any]:
            located = read_text_from(index, text)
            candidates = [_file_candidate(candidate) for candidate in located.candidates]
            return ReadOut.of(located).model_dump() | {"candidates": candidates}

        return from_file
    settings = Settings()
    connection = stack.enter_context(opened(settings))
    knowledge = Knowledge.current(connection)
    at = datetime.now(UTC)
    clues = Clues(group=group, community=community)
    context = context_of(look_up(clues, knowledge, at=at, default_community=settings.community), knowledge)

    def from_home(text: str) -> dict[str, Any]:
        return ReadOut.of(read_text(connection, knowledge, text, context=context, at=at)).model_dump()

    return from_home


def _file_candidate(candidate: Candidate) -> dict[str, Any]:
    """As in the API, where every place is a line of the file: compounds too stand under `building`."""
    said: dict[str, Any] = CandidateOut.of(candidate).model_dump()
    compound = candidate.compound
    if compound is not None:
        said["building"] = {"id": str(compound.id) if compound.id > 0 else None, "name": compound.name}
    elif candidate.building is not None:
        said["building"] |= {"lon": candidate.building.lon, "lat": candidate.building.lat}
    return said
