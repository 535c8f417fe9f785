"""Relays and sends while a service runs, in one thread; several processes share the work.

The queue's worker takes jobs as they come due and gives those of a process that died to another. Beside it the outbox
is looked at each `RELAY_EVERY_S`. A database that is away is asked again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Engine

from gis.actor import SYSTEM
from gis.notify.queue import QUEUE, TASK, defer_forgotten
from gis.notify.relay import relay_all
from gis.notify.sending import Numbers, send_notice
from gis.settings import Settings
from gis.storage.patience import Patience
from gis.storage.session import driver_arguments, transaction

if TYPE_CHECKING:
    from procrastinate import App

AT_ONCE = 4
"""Notices that one process hands over at the same time; the order of two of one matter is not promised."""
RELAY_EVERY_S = 1.0
BEAT_S, DEAD_AFTER_S = 5.0, 30.0
"""How often a process says that it lives, and after how long without that its jobs are given to another."""
AGAIN_AFTER_S = 5.0
LEAST_WAIT = timedelta(seconds=30)
"""Before a job is tried again that failed by something else than the other side's answer."""

_log = logging.getLogger("dualgrid.notices")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the notices that were due: sent, or not this time."""

    sent: int
    failed: int


class Sender:
    """A thread that relays and sends until it is stopped, `dead_after_s` after which another's jobs are taken over."""

    def __init__(
        self, engine: Engine, settings: Settings, numbers: Numbers, *, dead_after_s: float = DEAD_AFTER_S
    ) -> None:
        self._post = _Post(engine, settings, numbers, dead_after_s)
        self._stopped = threading.Event()
        self._wake: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is being handed over is finished first."""
        self._stopped.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        patience = Patience(_log, "notices wait")
        while not self._stopped.is_set():
            with patience.kept():
                asyncio.run(self._until_stopped())
            self._stopped.wait(AGAIN_AFTER_S)

    async def _until_stopped(self) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(stopped.set)
        if self._stopped.is_set():
            return
        try:
            await self._post.work(stopped)
        finally:
            self._wake = lambda: None


def send_due(engine: Engine, settings: Settings, numbers: Numbers) -> Sent:
    """Relay and send all that is due now, and no more."""
    post = _Post(engine, settings, numbers, DEAD_AFTER_S)
    asyncio.run(post.work_once())
    return Sent(post.sent, post.failed)


class _Worker(Protocol):
    """Of the queue's library: takes jobs until it is told to stop."""

    async def run(self) -> None: ...
    def stop(self) -> None: ...


class _Post:
    """The app of the queue's library, with its one task, and what goes on beside its worker."""

    def __init__(self, engine: Engine, settings: Settings, numbers: Numbers, dead_after_s: float) -> None:
        self._engine, self._settings, self._numbers = engine, settings, numbers
        self._dead_after_s = dead_after_s
        self.sent = self.failed = 0

    async def work(self, stopped: asyncio.Event) -> None:
        """Relay and send until `stopped`, or until something fails: then `stopped` is set, and the error raised.

        All are asked to end, none is cancelled: a pool of connections that is cancelled while it opens never ends,
        and before Python 3.12 `asyncio.wait_for`, which the pool waits by, can swallow a cancellation.
        """
        async with self._open() as app:
            worker = self._worker(app, wait=True)
            work = [
                asyncio.create_task(each)
                for each in (worker.run(), self._relay(stopped), self._take_over(app, stopped))
            ]
            await asyncio.wait([*work, asyncio.create_task(stopped.wait())], return_when=asyncio.FIRST_COMPLETED)
            stopped.set()
            worker.stop()
            for ended in await asyncio.gather(*work, return_exceptions=True):
                if ended is not None:
                    raise ended

    async def work_once(self) -> None:
        async with self._open() as app:
            await asyncio.to_thread(relay_all, self._engine, self._settings)
            await self._give_back(app)
            await self._worker(app, wait=False).run()

    def _open(self) -> Any:
        from procrastinate import App, PsycopgConnector

        for name in ("procrastinate", "psycopg.pool"):  # what they log is told by this thread, in one line
            logging.getLogger(name).setLevel(logging.CRITICAL)
        arguments = driver_arguments(self._engine)
        connector = PsycopgConnector(kwargs=arguments, min_size=1, max_size=AT_ONCE, timeout=10)
        app = App(connector=connector)
        app.task(name=TASK, queue=QUEUE, retry=_retries())(self._send)
        return app.open_async()

    def _send(self, notice_id: int) -> None:
        became = send_notice(self._engine, self._settings, self._numbers, notice_id)
        self.sent += became == "sent"
        self.failed += became not in ("sent", None)
        if isinstance(became, datetime):
            raise _Again(became)

    def _worker(self, app: App, *, wait: bool) -> _Worker:
        from procrastinate.worker import Worker

        return Worker(
            app=app,
            queues=[QUEUE],
            concurrency=AT_ONCE,
            wait=wait,
            listen_notify=wait,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=min(BEAT_S, self._dead_after_s / 3),
            stalled_worker_timeout=self._dead_after_s,
        )

    async def _relay(self, stopped: asyncio.Event) -> None:
        while not stopped.is_set():
            await asyncio.to_thread(relay_all, self._engine, self._settings)
            await _pause(stopped, RELAY_EVERY_S)

    async def _take_over(self, app: App, stopped: asyncio.Event) -> None:
        while not stopped.is_set():
            await self._give_back(app)
            await _pause(stopped, self._dead_after_s / 3)

    async def _give_back(self, app: App) -> None:
        """Put the jobs of processes that died back into the queue, and what never had a job."""
        from procrastinate.exceptions import ConnectorException

        manager = app.job_manager
        for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self._dead_after_s):
            with suppress(ConnectorException):  # another process was faster
                await manager.retry_job(job, retry_at=datetime.now(UTC))
        await asyncio.to_thread(self._defer_forgotten)

    def _defer_forgotten(self) -> None:
        with transaction(self._engine, SYSTEM) as connection:
            defer_forgotten(connection)


class _Again(Exception):
    """The other side refused; its notice says when to try again."""

    def __init__(self, at: datetime) -> None:
        super().__init__("refused")
        self.at = at


def _retries() -> Any:
    """When a job is tried again: as its notice says, else soon. How often at most, the notice counts."""
    from procrastinate import BaseRetryStrategy, RetryDecision
    from procrastinate.jobs import Job

    class AsTheNoticeSays(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:  # noqa: ARG002
            at = exception.at if isinstance(exception, _Again) else datetime.now(UTC) + LEAST_WAIT
            return RetryDecision(retry_at=at)

    return AsTheNoticeSays()


async def _pause(stopped: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopped.wait(), seconds)
