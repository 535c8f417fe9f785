"""Recording many issues at once: the same decisions as `record`, with the work on coordinates done in arrays.

Rows are taken in chunks. The coordinates of a chunk are brought to WGS84 and looked up together; what is
left for each row is to choose and to write its receipt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import numpy as np
import pandas as pd
from sqlalchemy import Connection, bindparam, func, insert, select, update

from gis.actor import SYSTEM, Actor
from gis.crs import to_wgs84
from gis.geolocation.boundaries import Community, Spot
from gis.geolocation.clues import Knowledge
from gis.geolocation.decide import Decision, decide_with, reach_m
from gis.issues.deadlines import current_deadlines
from gis.issues.record import clues_of, columns
from gis.issues.report import IssueReport, Origin
from gis.issues.storing import store
from gis.issues.topics import current_recogniser
from gis.population.residents import homes_of
from gis.progress import Progress, silent
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.tables import issue, issue_event

CHUNK_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of the rows: new issues, issues whose status moved, issues that were already so."""

    new: int
    changed: int
    unchanged: int
    without_grid: int


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """What is stored of an issue that a row may be about."""

    id: int
    status: str
    closed_at: datetime | None


def known_issues(
    connection: Connection, community_id: int | None, origins: Collection[Origin]
) -> dict[Origin, KnownIssue]:
    """Those of a community's issues that have these origins."""
    columns_ = (issue.c.source, issue.c.external_id, issue.c.id, issue.c.status, issue.c.closed_at)
    query = select(*columns_).where(
        issue.c.community_id == community_id,
        issue.c.source == func.any(sorted({source for source, _ in origins})),
        issue.c.external_id == func.any([external_id for _, external_id in origins]),
    )
    return {(row[0], row[1]): KnownIssue(*row[2:]) for row in connection.execute(query)}


def record_frame(
    connection: Connection,
    frame: pd.DataFrame,
    *,
    community_id: int,
    settings: Settings,
    actor: Actor = SYSTEM,
    progress: Progress = silent,
) -> BulkResult:
    """Record a frame of reports in one community; each row is decided as `record` would decide it.

    Columns are the fields of `IssueReport`; `text`, `source`, `external_id` (the two together once) and
    `reported_at` (with a time zone) are needed, others may be absent or empty. Coordinates are as given, their
    datum in `crs`. An issue that is known already keeps its place; its status and closing time follow the row.
    Raises `InvalidInput` for the first row that `record` would refuse: check first.
    """
    knowledge = Knowledge.current(connection)
    community = next(c for c in knowledge.boundaries.communities.values() if c.id == community_id)
    reports = list(_reports(frame, community.code))
    known = known_issues(connection, community_id, [_origin(report) for report in reports])
    fresh = [report for report in reports if _origin(report) not in known]
    changed = _follow_status(connection, reports, known, actor)
    done = len(reports) - len(fresh)
    progress("issues", done, len(reports))

    recogniser, deadlines, vault = current_recogniser(connection), current_deadlines(connection), vault_of(connection)
    homes = homes_of(connection, {report.reporter_phone for report in fresh if report.reporter_phone})
    without_grid = 0
    with _Writer(connection, actor) as writer:
        for start in range(0, len(fresh), CHUNK_ROWS):
            chunk = fresh[start : start + CHUNK_ROWS]
            decisions = _decide(knowledge, chunk, community, settings, homes)
            rows = [
                columns(report, decision, category, deadlines, vault)
                for report, decision, category in zip(chunk, decisions, recogniser.recognise(chunk), strict=True)
            ]
            writer.add(rows)
            without_grid += sum(decision.grid is None for decision in decisions)
            done += len(chunk)
            progress("issues", done, len(reports))
    return BulkResult(len(fresh), changed, len(reports) - len(fresh) - changed, without_grid)


def _decide(
    knowledge: Knowledge,
    reports: Sequence[IssueReport],
    community: Community,
    settings: Settings,
    homes: Mapping[str, int],
) -> list[Decision]:
    points = _points(reports)
    spots = _spots(knowledge, reports, points, community, settings)
    return [
        decide_with(
            knowledge,
            clues_of(r, homes.get(r.reporter_phone or "")),
            at=r.reported_at,
            settings=settings,
            point=points.get(i),
            spot=spots.get(i),
        )
        for i, r in enumerate(reports)
    ]


def _points(reports: Sequence[IssueReport]) -> dict[int, tuple[float, float]]:
    """The WGS84 points of the reports that have coordinates, by the report's place in the sequence."""
    by_datum: dict[Any, list[int]] = defaultdict(list)
    for i, report in enumerate(reports):
        if report.lon is not None and report.lat is not None and report.crs != "unknown":
            by_datum[report.crs].append(i)
    points: dict[int, tuple[float, float]] = {}
    for datum, at in by_datum.items():
        given = np.array([(reports[i].lon, reports[i].lat) for i in at], dtype=float)
        lon, lat = to_wgs84(given[:, 0], given[:, 1], datum=datum)
        points.update(zip(at, zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
    return points


def _spots(
    knowledge: Knowledge,
    reports: Sequence[IssueReport],
    points: dict[int, tuple[float, float]],
    community: Community,
    settings: Settings,
) -> dict[int, Spot]:
    """What lies at each point, looked up together for all reports from between two changes of boundary."""
    at = np.array([i for i in points if not reports[i].building_id], dtype=int)
    if not len(at):
        return {}
    moments = np.array([reports[i].reported_at.timestamp() for i in at])
    stretches = knowledge.boundaries.stretch(moments)
    spots: dict[int, Spot] = {}
    for stretch in np.unique(stretches):
        these = at[stretches == stretch]
        force = knowledge.boundaries.in_force(reports[these[0]].reported_at, community.id)
        given = np.array([points[i] for i in these])
        reaches_m = np.array([reach_m(reports[i].accuracy_m, settings) for i in these])
        spots.update(zip(these.tolist(), force.spots(given[:, 0], given[:, 1], reaches_m), strict=True))
    return spots


class _Writer:
    """Writes one chunk of rows in a thread of its own while the next is being decided.

    The database does its part of the work on another core. The connection is the thread's alone meanwhile;
    leaving the block waits for it, and raises what went wrong there.
    """

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._writing: Future[list[int | None]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._thread:
            self._wait()

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Begin to write a chunk, when the one before is written."""
        self._wait()
        self._writing = self._thread.submit(store, self._connection, rows, self._actor)

    def _wait(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()


def _reports(frame: pd.DataFrame, community: str) -> Iterator[IssueReport]:
    fields = [name for name in frame.columns if name in IssueReport.__dataclass_fields__ and name != "community"]
    table = frame[fields].astype(object).where(frame[fields].notna(), None)
    for name in frame[fields].select_dtypes("datetimetz"):  # pandas' own moments are ten times as slow
        moments = pd.DatetimeIndex(frame[name]).to_pydatetime()
        table[name] = pd.Series(moments, index=table.index, dtype=object).where(frame[name].notna(), None)
    for name in ("crs", "status"):
        if name in fields:
            table[name] = table[name].fillna(str(IssueReport.__dataclass_fields__[name].default))
    for values in zip(*(table[name] for name in fields), strict=True):
        yield IssueReport(community=community, **dict(zip(fields, values, strict=True)))


def _origin(report: IssueReport) -> Origin:
    assert report.external_id is not None
    return report.source, report.external_id


def _follow_status(
    connection: Connection,
    reports: Sequence[IssueReport],
    known: dict[Origin, KnownIssue],
    actor: Actor,
) -> int:
    """Move known issues to the status of their row; the number that moved."""
    moves = []
    for report in reports:
        held = known.get(_origin(report))
        if held and (held.status, held.closed_at) != (report.status, report.closed_at):
            moves.append({"of": held.id, "status": report.status, "closed_at": report.closed_at, "before": held.status})
    if moves:
        moved = update(issue).where(issue.c.id == bindparam("of"))
        values = [{key: move[key] for key in ("of", "status", "closed_at")} for move in moves]
        connection.execute(moved.values(status=bindparam("status"), closed_at=bindparam("closed_at")), values)
        events = [
            {
                "issue_id": m["of"],
                "actor": actor.name,
                "kind": "status",
                "detail": {"from": m["before"], "to": m["status"]},
            }
            for m in moves
        ]
        connection.execute(insert(issue_event), events)
    return len(moves)
