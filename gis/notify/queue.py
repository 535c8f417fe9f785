"""The job queue in the database (procrastinate): one job for each notice that waits, deferred in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, text

QUEUE = "notices"
TASK = "send_notice"
MOST_AT_ONCE = 1_000

_WITHOUT_JOB = text("""
    SELECT id FROM notice
    WHERE state IN ('waiting', 'sending') AND id NOT IN (
        SELECT CAST(args ->> 'notice_id' AS bigint) FROM procrastinate_jobs
        WHERE queue_name = :queue AND status IN ('todo', 'doing'))
    ORDER BY id LIMIT :most
""").bindparams(bindparam("queue", QUEUE), bindparam("most", MOST_AT_ONCE))
_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtextextended('dualgrid.notices_without_job', 0))")


def defer(connection: Connection, notice_ids: Sequence[int], *, at: datetime | None = None) -> None:
    """Have notices sent, at a moment or as soon as the transaction is committed."""
    if not notice_ids:
        return
    from procrastinate import SyncPsycopgConnector  # here, because most commands send nothing and should start at once
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager

    jobs = [
        Job(
            queue=QUEUE,
            task_name=TASK,
            task_kwargs={"notice_id": each},
            scheduled_at=at,
            lock=None,
            queueing_lock=None,
        )
        for each in notice_ids
    ]
    manager = JobManager(SyncPsycopgConnector())  # of no database: it is given the connection
    manager.batch_defer_jobs(jobs, connection=connection.connection.driver_connection)


def defer_forgotten(connection: Connection) -> int:
    """Defer the notices that wait without a job, and how many there were.

    None do, unless the queue's tables were emptied or are newer than the notices: an update, a restored backup.
    """
    if not connection.scalar(_ONE_AT_A_TIME):
        return 0
    forgotten = connection.scalars(_WITHOUT_JOB).all()
    defer(connection, forgotten)
    return len(forgotten)
