"""What `/maps/hotspots` shows, and what it is worked out from."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import Connection

from api.long_answers import LongAnswers, Told
from api.networking import least_told
from api.schemas.hotspots import HotspotsQuery, body_of
from api.views.filtering import choices, filters_of, issue_filter
from api.views.place import Where, grids_of, ground, shown, where
from gis.actor import Actor
from gis.errors import NotFound, said
from gis.hotspots.lattice import Form
from gis.hotspots.one_cell import box_of_cell, in_cell
from gis.hotspots.survey import Per, Survey, surveyed
from gis.issues.cases import cases, state_of
from gis.issues.filters import IssueFilter
from gis.issues.summary import how_many
from gis.network.cover import houses
from gis.network.reach import NetworkFilter, reach
from gis.progress import Progress
from gis.security.anonymity import published
from gis.security.reach import reach_now
from gis.settings import Settings
from gis.storage.memory import versions
from maps.pages.hotspots import HotspotsView

PLACES = ("lon", "lat", "households", "compound", "built")
_KINDS = ("boundaries", "gazetteer", "groups", "posts")
NOTHING = '"method":{},"cells":[],"piles":[],"clusters":[],"scan":[]'
"""The same part of an answer that has nothing to tell."""
WAIT_S = 0.6
"""How long a request waits for what has just been begun: mostly it is there by then."""
Begin = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one question, of the data `as_of` a moment; `survey` is None where there is no case.

    `body` is the part of the answer that is the same for everybody who asks.
    """

    as_of: datetime
    matters: int
    cases: int
    since: datetime | None
    until: datetime | None
    survey: Survey | None
    body: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by whom: everything that the findings depend on beside the data."""

    chosen: IssueFilter
    community: str | None
    grid: str | None
    group: str | None
    per: Per
    least: int
    zone: str
    cell_m: float | None
    form: Form
    key: Hashable
    state: str


def question_of(
    connection: Connection, asked: HotspotsQuery, place: Where, settings: Settings, reader: Actor
) -> Question:
    """What a request asks. Raises InvalidInput for a filter that names what does not exist."""
    filters = filters_of(asked, place)
    chosen = issue_filter(connection, filters, place, reader)
    least = least_told(reader, settings)
    held = versions(connection)
    # Words, and matters chosen one by one, can be of one corner: beside everybody's homes, it would look hot.
    placed = not filters.words and not filters.ids
    return Question(
        chosen=chosen,
        community=place.code or None,
        grid=filters.grid or None,
        group=filters.group or None,
        per=asked.rate_per if placed else "matter",
        least=least,
        zone=place.zone,
        cell_m=asked.cell_m,
        form=asked.form,
        key=(filters, reach_now(connection), least, asked.rate_per, asked.cell_m, asked.form),
        state="/".join([state_of(connection, chosen), *(str(held.get(kind, 0)) for kind in _KINDS)]),
    )


def told_now(
    answers: LongAnswers[Findings], asked: HotspotsQuery, begin: Begin, settings: Settings, reader: Actor
) -> Told[Findings]:
    """What is known now of what a reader asks, after waiting a little: the same for page, paper and file.

    Raises InvalidInput as `question_of` does.
    """
    with begin() as connection:
        question = question_of(connection, asked, where(connection, asked.community, settings), settings, reader)

    def work(progress: Progress) -> Iterator[Findings]:
        return _worked_out(question, begin, progress)

    return answers.ask(question.key, question.state, work, wait_s=WAIT_S)


def _worked_out(question: Question, begin: Begin, progress: Progress) -> Iterator[Findings]:
    progress("reading", 0, 0)
    with begin() as connection:
        as_of = datetime.now(UTC)
        frame = cases(connection, question.chosen)
        matters = how_many(connection, question.chosen)
        places = _places(connection, question, as_of) if question.community else None
    if frame.empty:
        yield Findings(as_of, matters, 0, None, None, None, NOTHING)
        return
    since, until = frame["time"].iloc[0].to_pydatetime(), frame["time"].iloc[-1].to_pydatetime()
    stages = surveyed(
        frame,
        places,
        per=question.per,
        zone=question.zone,
        form=question.form,
        cell_m=question.cell_m,
        progress=progress,
    )
    for survey in stages:
        survey.method["least_households"] = question.least
        yield Findings(as_of, matters, len(frame), since, until, survey, body_of(survey))


def _places(connection: Connection, question: Question, at: datetime) -> pd.DataFrame:
    """The houses in reach that the matters could have come from, with their households as this reader may know them."""
    asked = NetworkFilter(community=question.community, grid=question.grid, at=at, until=at)
    found = houses(connection, asked, reach(connection, asked), within=question.grid, group=question.group)
    rows = [
        (
            *json.loads(house.geometry)["coordinates"],
            published(house.homes, households=house.homes, k=question.least),
            house.compound,
            house.built_year,
        )
        for house in found
    ]
    return pd.DataFrame(rows, columns=list(PLACES))


def hotspots_view(connection: Connection, asked: HotspotsQuery, place: Where, *, at: datetime) -> HotspotsView:
    """The page's ground and choices; what is found comes later."""
    found = grids_of(connection, place.one, at)
    return HotspotsView(
        filters=filters_of(asked, place),
        choices=choices(connection, place, found),
        grids=shown(found),
        base=ground(connection, place.one, at),
        per=asked.rate_per,
        form=asked.form,
        cell_m=asked.cell_m,
    )


def matters_in_cell(connection: Connection, chosen: IssueFilter, cell: str) -> list[int]:
    """The matters that a cell of that id holds, whoever found it when.

    Raises NotFound for what is no cell's id, and for a cell without any of them.
    """
    box = box_of_cell(cell)
    found = in_cell(cases(connection, replace(chosen, bbox=box)), cell) if box else []
    if not found:
        raise NotFound(said("There is no such cell, or none of the matters is in it."))
    return found
