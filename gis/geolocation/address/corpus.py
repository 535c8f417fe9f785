"""Annotated addresses in CoNLL form: one token and its label a line, a blank line between addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gis.geolocation.address.parts import Kind

_KINDS: dict[str, Kind] = {
    "prov": "province",
    "city": "city",
    "district": "district",
    "town": "town",
    "community": "community",
    "road": "road",
    "subroad": "road",
    "roadno": "road_number",
    "subroadno": "road_number",
    "poi": "place",
    "subpoi": "place",
    "devzone": "place",
    "houseno": "building",
    "cellno": "unit",
    "floorno": "floor",
    "roomno": "door",
}


class Span(NamedTuple):
    """A labelled stretch of an annotated address; `label` is the corpus's own word, in small letters."""

    start: int
    end: int
    label: str

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self.label, "other")


class Annotated(NamedTuple):
    """One address, as it was written, and its spans, which cover it."""

    text: str
    spans: list[Span]


def read_corpus(path: Path) -> list[Annotated]:
    """All addresses of a file. Labels are compared without regard to case, which the corpus mixes."""
    return [_annotated(lines) for lines in _blocks(path)]


def _blocks(path: Path) -> Iterator[list[str]]:
    block: list[str] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                block.append(line.rstrip("\n"))
            elif block:
                yield block
                block = []
    if block:
        yield block


def _annotated(lines: list[str]) -> Annotated:
    text = ""
    spans: list[Span] = []
    for line in lines:
        token, _, tag = line.rpartition(" ")
        mark, _, label = tag.partition("-")
        start, text = len(text), text + token
        if mark == "I" and spans and spans[-1].label == label.lower():
            spans[-1] = spans[-1]._replace(end=len(text))
        else:
            spans.append(Span(start, len(text), label.lower()))
    return Annotated(text, spans)
