"""Imports issues, thousands at a time: reads and checks them in columns, then hands them over to be recorded.

An issue is known again by its source and external id. A known issue keeps its place; its status and
closing time follow the file. What lies outside every grid, or names no place, is no fault: it is recorded,
and waits in the queue for a person.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from gis.actor import Actor
from gis.errors import Term, said
from gis.importers.places import check_points, current_grids, points_to_wgs84, read_points, refuse_metres, row_systems
from gis.importers.plan import Counts, Draft
from gis.issues.bulk import known_issues, record_frame
from gis.issues.report import CLOCKS_DIFFER
from gis.progress import Progress
from gis.security.masking import masked_words
from gis.settings import Settings
from gis.storage.tables import LEVELS_SETTLED, STATUSES, WAYS_SETTLED, building, issue, online_group

OWN_ID = "dualgrid:"
"""How an export names an issue that has no external id; the rest is our own id."""

DEFAULT_SOURCE = "import"
_OPEN = "open"
_STATUS_WORDS: dict[str, str] = {
    **{status: status for status in STATUSES},
    **dict.fromkeys(("open", "new", "pending", "未办结", "未处理", "待处理", "待办", "新建"), _OPEN),
    **dict.fromkeys(("in progress", "in_progress", "assigned", "处理中", "办理中", "处置中", "已受理"), "accepted"),
    **dict.fromkeys(("done", "completed", "已处理", "已解决", "已处置"), "resolved"),
    **dict.fromkeys(("close", "已办结", "已结案", "办结", "结案", "已关闭"), "closed"),
    **dict.fromkeys(("cancelled", "canceled", "duplicate", "撤销", "已撤销", "作废"), "withdrawn"),
}
_LEVEL_WORDS = dict(zip((*LEVELS_SETTLED, "户", "格", "网", "街道", "部门"), LEVELS_SETTLED * 2, strict=True))
_WAY_WORDS = dict(zip((*WAYS_SETTLED, "群内", "线上", "上门", "邻里"), WAYS_SETTLED * 2, strict=True))
_UNFINISHED = frozenset(("reported", "accepted", "at_street", "at_department"))


@dataclass(frozen=True)
class IssueChanges:
    """Reports in the columns that `record_frame` takes; those whose issue is known are among them."""

    community_id: int
    reports: pd.DataFrame
    settings: Settings
    actor: Actor
    counts: Counts

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        result = record_frame(
            connection,
            self.reports,
            community_id=self.community_id,
            settings=self.settings,
            actor=self.actor,
            progress=progress,
        )
        if not result.without_grid:
            return []
        return [f"{result.without_grid:,} of the new issues are in no grid; they wait in the queue for a person."]


def check_issues(draft: Draft) -> IssueChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    rows = draft.rows
    rows["source"] = draft.column("source").fillna(DEFAULT_SOURCE)
    _check_times(draft)
    _check_references(draft)
    _place(draft)
    rows["status"] = _statuses(draft)
    _check_outcome(draft)
    _identify(draft)
    reports, counts = _settle(draft, draft.sound())
    return IssueChanges(draft.community.id or 0, reports, draft.settings, draft.actor, counts)


def _check_times(draft: Draft) -> None:
    ahead = draft.rows["reported_at"] > pd.Timestamp.now(UTC) + CLOCKS_DIFFER
    for number, moment in draft.rows.loc[ahead, "reported_at"].items():
        reason = said("{moment:%Y-%m-%d %H:%M:%S} is in the future", moment=moment.tz_convert(draft.community.zone))
        draft.faults.row(int(str(number)), "in_the_future", reason, field="reported_at")
    for field, done in (("closed_at", "closed"), ("first_answered_at", "answered")):
        if field not in draft.rows:
            continue
        backwards = draft.rows[draft.rows[field] < draft.rows["reported_at"]]
        for number, *moments in backwards[[field, "reported_at"]].itertuples(name=None):
            then, reported = (f"{moment.tz_convert(draft.community.zone):%Y-%m-%d %H:%M:%S}" for moment in moments)
            reason = said(
                "{done} at {then}, before it was reported at {reported}",
                done=Term("done", done),
                then=then,
                reported=reported,
            )
            draft.faults.row(number, f"{done}_before_reported", reason, field=field)


def _check_references(draft: Draft) -> None:
    for field, table, thing in (("group", online_group, "group"), ("building_id", building, "building")):
        if field in draft.rows and draft.rows[field].notna().any():
            query = select(table.c.code).where(table.c.community_id == draft.community.id)
            known = draft.connection.scalars(query).all()
            draft.faults.unknown(draft.rows[field], known, thing, field=field)


def _place(draft: Draft) -> None:
    """Longitude, latitude and their datum, each as given; projected coordinates are converted here."""
    x, y = read_points(draft.source, draft.rows)
    named = draft.column("crs")
    datum = pd.Series("wgs84", index=draft.rows.index, dtype=object)
    lon, lat = x.copy(), y.copy()
    there = x.notna() & y.notna()
    for these, crs in row_systems(draft.source, draft.options, named, there, draft.faults, draft.notices):
        refuse_metres(np.column_stack([x[these & there], y[these & there]]), crs)
        if isinstance(crs, str):
            datum[these] = crs
        else:
            lon[these], lat[these] = points_to_wgs84(x[these], y[these], crs)
    sound = check_points(lon, lat, draft.faults, current_grids(draft.connection, draft.community.id))
    draft.rows["lon"], draft.rows["lat"] = lon.where(sound), lat.where(sound)
    draft.rows["crs"] = datum.where(sound, None)


def _statuses(draft: Draft) -> pd.Series:
    """Statuses of ours, “open” where a file says no more than that, and None where it says nothing."""
    words = draft.column("status").astype(object)
    statuses = words.str.casefold().map(_STATUS_WORDS).astype(object)
    unknown = words.notna() & statuses.isna()
    draft.faults.rows(
        words[unknown],
        "bad_status",
        "{value} is no status that is known here; the statuses are open, {list}",
        field="status",
        list=", ".join(STATUSES),
    )
    statuses = statuses.where(statuses.notna(), None)
    if "closed_at" in draft.rows:
        statuses = statuses.mask(words.isna() & draft.rows["closed_at"].notna(), "closed")
    return statuses


def _check_outcome(draft: Draft) -> None:
    """Where and how it was settled, in our words or in the community's."""
    for field, known in (("settled_level", _LEVEL_WORDS), ("settled_way", _WAY_WORDS)):
        if field in draft.rows:
            words = draft.column(field).astype(object)
            outcome = words.map(known).astype(object)
            unknown = words[words.notna() & outcome.isna()]
            listed = ", ".join(known)
            draft.faults.rows(unknown, f"bad_{field}", "{value} is none of {list}", field=field, list=listed)
            draft.rows[field] = outcome.where(outcome.notna(), None)


def _identify(draft: Draft) -> None:
    """Every row gets an external id: its own, or one made of what it says, so that it is known again."""
    rows = draft.rows
    ids = draft.column("external_id").astype(object)
    if ids.isna().any():
        draft.notices.append("Rows without external_id are known again by their text, time and place.")
        seen: dict[str, int] = defaultdict(int)
        parts = [draft.column(name) for name in ("text", "reported_at", "lon", "lat", "address", "group")]
        for at in (0, 4):  # words as they are masked: nobody shall find their numbers by trying them on the hash
            parts[at] = parts[at].map(masked_words, na_action="ignore")
        for number, *content in zip(rows.index, *parts, strict=True):
            if ids[number] is None:
                digest = hashlib.sha256("\x1f".join(map(str, content)).encode()).hexdigest()[:20]
                seen[digest] += 1
                ids[number] = f"row-{digest}-{seen[digest]}"
    rows["external_id"] = ids
    keys = pd.Series(list(zip(rows["source"], ids, strict=True)), index=rows.index, dtype=object)
    draft.faults.duplicates(keys, "source and external_id")


def _settle(draft: Draft, rows: pd.DataFrame) -> tuple[pd.DataFrame, Counts]:
    """The rows to record, with the status and closing time that each will have, and what that changes.

    A file that says nothing of them, or no more than “open”, leaves an issue that is known as it is.
    """
    origins = list(zip(rows["source"], rows["external_id"], strict=True))
    known, own = known_issues(draft.connection, draft.community.id, origins), _own(draft, rows)
    counted = {"new": 0, "changed": 0, "unchanged": 0}
    kept: list[int] = []
    statuses: list[str] = []
    closings: list[datetime | None] = []
    dated = "closed_at" in rows
    closed = rows["closed_at"].astype(object).where(rows["closed_at"].notna(), None) if dated else [None] * len(rows)
    columns = (rows.index, rows["source"], rows["external_id"], rows["status"], closed)
    for number, source, name, told, closed_at in zip(*columns, strict=True):
        held = known.get((source, name)) or own.get(name)
        given = told or (_OPEN if held is None else None)
        vague = held is not None and (given is None or (given == _OPEN and held.status in _UNFINISHED))
        status = held.status if held and vague else "reported" if given == _OPEN else given
        if not dated and held is not None:
            closed_at = held.closed_at
        same = held is not None and (status, closed_at) == (held.status, held.closed_at)
        if name in own:
            counted["unchanged"] += 1
            if not same:
                reason = said(
                    "it was recorded in this home, where its status is changed, not by a file; it stays as it is"
                )
                draft.faults.whole(f"{draft.source.unit} {number}", "own_issue", reason, severity="warning")
            continue
        counted["new" if held is None else "unchanged" if same else "changed"] += 1
        kept.append(number)
        statuses.append(str(status))
        closings.append(closed_at)
    reports = rows.loc[kept]
    reports["status"] = pd.Series(statuses, index=kept, dtype=object)
    reports["closed_at"] = pd.Series(closings, index=kept, dtype="datetime64[us, UTC]")
    return reports, Counts(**counted)


def _own(draft: Draft, rows: pd.DataFrame) -> dict[str, Any]:
    """Issues of this home that have no external id, by the name under which an export gives them."""
    numbers = {
        int(name.removeprefix(OWN_ID)): (name, said)
        for name, said in zip(rows["external_id"], rows["text"], strict=True)
        if name.startswith(OWN_ID) and name.removeprefix(OWN_ID).isdecimal()
    }
    query = select(issue.c.id, issue.c.text, issue.c.status, issue.c.closed_at).where(
        issue.c.community_id == draft.community.id, issue.c.external_id.is_(None), issue.c.id == func.any(list(numbers))
    )
    found = draft.connection.execute(query) if numbers else ()
    return {
        numbers[row.id][0]: row
        for row in found
        if masked_words(numbers[row.id][1]) == row.text.replace("\r\n", "\n").strip()
    }
