"""Makes the reports that were asked for or are due, beside the service, one at a time."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from api.reader import shell_of_paper
from api.views.place import where
from gis.actor import SYSTEM
from gis.boundaries.areas import communities
from gis.errors import GisError
from gis.reports import kept
from gis.reports.kept import Hearing, Kept, Step
from gis.reports.periods import Period
from gis.security.signed_file import with_signature
from gis.security.signing import sign
from gis.settings import Settings
from gis.storage.patience import Patience
from gis.storage.session import transaction
from maps.language import Language
from maps.pages.report import report_page
from maps.printing import pdf_of

EVERY_S = 2.0
ROUNDS_TO_LOOK = 150
"""It looks this seldom whether a week or a month has ended."""

_log = logging.getLogger("dualgrid.reports")


def made_report(
    connection: Connection,
    settings: Settings,
    *,
    community: str,
    period: Period,
    language: Language,
    made_by: str,
    step: Hearing = lambda _: None,
) -> tuple[bytes, bytes, datetime]:
    """A report as signed HTML and as PDF, and the moment of its data. Raises InvalidInput for an unknown community."""
    from api.views.report import report_view  # what hotspots need takes a second to load, and only this needs it

    at = datetime.now(UTC)
    place = where(connection, community, settings)
    view = report_view(connection, place, period, at=at, made_by=made_by, step=step)
    shell = shell_of_paper(language, community=place.code, communities=place.all)
    html = report_page(view, shell=shell)
    step("printing")
    content = html.encode() + b"\n"
    return with_signature(content, *sign(connection, content)), pdf_of(html), at


def make_waiting(engine: Engine, settings: Settings) -> int:
    """Make the reports that wait, each in a transaction of its own; how many were looked at."""
    count = 0
    while True:
        with transaction(engine, SYSTEM) as connection:
            found = kept.take_next(connection)
        if found is None:
            return count
        count += 1
        _make(engine, settings, found)


def ask_due(engine: Engine, settings: Settings) -> int:
    """Ask for the reports of the week and the month that have ended, where they are not there yet; how many."""
    with transaction(engine, SYSTEM) as connection:
        return kept.ask_due(
            connection,
            communities(connection),
            at=datetime.now(UTC),
            language=settings.language,
            actor=SYSTEM,
        )


def _make(engine: Engine, settings: Settings, found: Kept) -> None:
    def step(now: Step) -> None:
        with transaction(engine, SYSTEM) as connection:
            kept.note_step(connection, found.id, now)

    try:
        # As the service itself: who may read a report has all of its community in scope, and sees the same.
        with transaction(engine, SYSTEM) as connection:
            html, pdf, at = made_report(
                connection,
                settings,
                community=found.community,
                period=found.period,
                language=found.language,
                made_by=found.asked_by,
                step=step,
            )
        with transaction(engine, SYSTEM) as connection:
            kept.put(connection, found.id, html=html, pdf=pdf, at=at)
    except Exception as error:  # noqa: BLE001 (whatever it is, who asked should learn that it failed)
        _log.warning("report %s of %s: %s", found.period.name, found.community, type(error).__name__)
        why = error.message if isinstance(error, GisError) else type(error).__name__
        with transaction(engine, SYSTEM) as connection:
            kept.note_failure(connection, found.id, why)


class Reporter(threading.Thread):
    """Makes what waits every `EVERY_S`; a database that is away is asked again then."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__(name="reports", daemon=True)
        self._engine, self._settings = engine, settings
        self._ended = threading.Event()

    def run(self) -> None:
        rounds = 0
        patience = Patience(_log, "reports wait")
        while not self._ended.wait(EVERY_S):
            with patience.kept():
                if rounds % ROUNDS_TO_LOOK == 0:
                    ask_due(self._engine, self._settings)
                make_waiting(self._engine, self._settings)
            rounds += 1

    def stop(self) -> None:
        self._ended.set()
        self.join()
