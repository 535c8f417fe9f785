"""The private PostGIS cluster of a home: there when a command needs it, gone when the last one ends.

Two locks carry this. `run/start.lock` is held while the cluster is started or stopped, so that commands
that begin at once do not race. `run/users.lock` is held, shared, by everybody who uses the cluster;
whoever leaves and finds nobody else stops it, unless `run/keep` says that an operator wants it to stay.
The kernel lets go of both when a process is killed; a cluster that is left running so is found and used
by the next command. It fails where `flock` does: a home on some network file systems.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from gis.errors import Conflict, Unavailable, said
from gis.settings import Settings
from gis.storage import locks
from gis.storage.postmaster import PORT, Postmaster, cluster_account, lent_folder, write_into
from gis.storage.programs import POSTGIS_MINIMUM, Programs, find_programs
from gis.storage.session import OWNER

DATABASE = "dualgrid"
READY_WITHIN_S = 300.0
"""Replaying the log after a crash may take minutes; a cluster that starts from rest is ready in 0.2 s."""
RELEASE_WITHIN_S = 30.0
"""For how long the backends of a killed server may hold on to its memory."""
LOG_BYTES = 10_000_000

CONFIGURATION = """
# The private cluster of dualgrid; yours to tune.
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
# Without the rows that the database refuses: they hold what residents wrote.
log_error_verbosity = terse
"""


@dataclass(frozen=True)
class ClusterStatus:
    """What `db status` tells."""

    running: bool
    pid: int | None
    kept: bool
    data_dir: Path
    url: str


class Cluster:
    """The private cluster under `settings.home`; nothing at all with `settings.database_url`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        home = settings.home.resolve()
        self.data_dir = home / "pg"
        self.log_path = home / "log" / "postgres.log"
        self._start_lock = home / "run" / "start.lock"
        self._users_lock = home / "run" / "users.lock"
        self._keep_mark = home / "run" / "keep"
        self._account = cluster_account()
        self._postmaster = Postmaster(self.data_dir, settings.socket_dir, self.log_path)

    @property
    def url(self) -> str:
        """Where the database is, for `psql` and for `gis.storage.session.create_engine` alike."""
        if self.settings.database_url:
            return self.settings.database_url
        return f"postgresql://{OWNER}@:{PORT}/{DATABASE}?host={quote(str(self.settings.socket_dir), safe='')}"

    @contextmanager
    def running(self) -> Iterator[str]:
        """The database's URL, with the cluster running for as long as the block does.

        Raises Unavailable if there is no PostgreSQL with PostGIS, if the data belongs to another one,
        or if it does not start.
        """
        if self.settings.database_url:
            yield self.url
            return
        with ExitStack() as usage:
            try:
                with locks.held(self._start_lock):
                    usage.enter_context(locks.held(self._users_lock, shared=True))
                    self._start()
                yield self.url
            finally:
                with locks.held(self._start_lock):
                    usage.close()
                    if not self._keep_mark.exists() and locks.is_free(self._users_lock):
                        self._stop()

    def start(self) -> None:
        """Start the cluster if it does not run; returns when it answers."""
        with locks.held(self._start_lock):
            self._start()

    def stop(self) -> None:
        """Stop the cluster, whoever uses it."""
        with locks.held(self._start_lock):
            self._stop()

    def keep(self) -> None:
        """Start the cluster and let it stay when the commands that use it have ended."""
        with locks.held(self._start_lock):
            self._keep_mark.touch()
            self._start()

    def release(self) -> bool:
        """Let the cluster go: stopped now, or by the last of those who use it. Says whether it is stopped."""
        with locks.held(self._start_lock):
            self._keep_mark.unlink(missing_ok=True)
            if locks.is_free(self._users_lock):
                self._stop()
            return self._postmaster.pid() is None

    def erase(self) -> None:
        """Delete the cluster with everything in it; Conflict while another command uses it."""
        with locks.held(self._start_lock):
            if not locks.is_free(self._users_lock):
                raise Conflict(
                    said("Another dualgrid command is using {home}: stop it first.", home=self.settings.home)
                )
            self._stop()
            if self.data_dir.exists():
                shutil.rmtree(self.data_dir)

    def is_alive(self) -> bool:
        """Whether the server process lives; says nothing of whether it answers yet."""
        return self._postmaster.pid() is not None

    def status(self) -> ClusterStatus:
        pid = self._postmaster.pid()
        running = pid is not None and self._answers()
        return ClusterStatus(running, pid, self._keep_mark.exists(), self.data_dir, self.url)

    def _start(self) -> None:
        if not self._await_answer():
            programs = self._programs()
            self._check_owner()
            self._make_socket_dir()
            self._make_log()
            if not self.data_dir.exists():
                self._create_data(programs)
            self._launch(programs)
        self._ensure_database()

    def _stop(self) -> None:
        if not self._postmaster.stop():
            raise Unavailable(
                said(
                    "The cluster in {data_dir} did not stop; its log is {log_path}.",
                    data_dir=self.data_dir,
                    log_path=self.log_path,
                )
            )
        with suppress(OSError):  # a killed server's socket may still be in it
            self.settings.socket_dir.rmdir()

    def _programs(self) -> Programs:
        found = find_programs(self.settings.postgres_bin)
        if not found:
            place = f" in {self.settings.postgres_bin}" if self.settings.postgres_bin else ""
            raise Unavailable(
                said(
                    "No PostgreSQL with PostGIS was found{place}. Install it (postgresql-NN-postgis-3 on "
                    "Debian and Ubuntu), or set DUALGRID_DATABASE_URL to a database elsewhere.",
                    place=place,
                )
            )
        if self.data_dir.exists():
            found = [self._programs_of_data(found)]
        newest = found[0]
        if newest.postgis < POSTGIS_MINIMUM:
            raise Unavailable(
                said(
                    "PostGIS {version} of PostgreSQL {major} is too old: dualgrid needs {needed}. Install "
                    "a newer one, or set DUALGRID_DATABASE_URL to a database elsewhere.",
                    version=_version(newest.postgis),
                    major=newest.major,
                    needed=_version(POSTGIS_MINIMUM),
                )
            )
        return newest

    def _programs_of_data(self, found: list[Programs]) -> Programs:
        try:
            written_by = int((self.data_dir / "PG_VERSION").read_text())
        except (FileNotFoundError, ValueError):
            raise Unavailable(
                said("{data_dir} is not a PostgreSQL data folder: move it away.", data_dir=self.data_dir)
            ) from None
        for programs in found:
            if programs.major == written_by:
                return programs
        here = ", ".join(str(programs.major) for programs in found)
        raise Unavailable(
            said(
                "The data in {data_dir} was written by PostgreSQL {written_by}; this machine has "
                "{here}.\nInstall postgresql-{written_by}-postgis-3, or start over with `./dualgrid demo "
                "--fresh`.",
                data_dir=self.data_dir,
                written_by=written_by,
                here=here,
            )
        )

    def _check_owner(self) -> None:
        if self.data_dir.exists() and self.data_dir.stat().st_uid != self._account.uid:
            raise Unavailable(
                said(
                    "{data_dir} belongs to another account (uid {st_uid}): run dualgrid as the one who "
                    "created this home, or choose another home with --home.",
                    data_dir=self.data_dir,
                    st_uid=self.data_dir.stat().st_uid,
                )
            )

    def _make_socket_dir(self) -> None:
        """Make the socket's folder, or see that the one that is there is ours.

        Outside home it stands where anybody could have put it beforehand, to listen in our place.
        """
        folder = self.settings.socket_dir
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, self._account.uid, self._account.gid)
        except FileExistsError:
            pass
        found = folder.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == self._account.uid
        if not ours or stat.S_IMODE(found.st_mode) != 0o700:
            raise Unavailable(
                said(
                    "{folder} is not a private folder of the account {name}: remove it.",
                    folder=folder,
                    name=self._account.name,
                )
            )
        for left_by_a_killed_server in folder.iterdir():
            left_by_a_killed_server.unlink()

    def _make_log(self) -> None:
        self.log_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))

    def _create_data(self, programs: Programs) -> None:
        """Make an empty cluster beside its final place: an interrupted one is never taken for whole."""
        draft = self.data_dir.with_name("pg.new")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        os.chown(draft, self._account.uid, self._account.gid)
        initdb = [programs.path("initdb"), "--locale=C.UTF-8", "-E", "UTF8", "-U", OWNER, "-A", "trust"]
        with lent_folder(draft, self._account) as (data, arguments):
            done = subprocess.run([*initdb, "-D", data], capture_output=True, text=True, check=False, **arguments)
        if done.returncode != 0:
            raise Unavailable(said("The cluster could not be created: {last_line}", last_line=_last_line(done.stderr)))
        write_into(draft / "postgresql.conf", CONFIGURATION, os.O_APPEND)
        draft.rename(self.data_dir)

    def _launch(self, programs: Programs) -> None:
        deadline = time.monotonic() + RELEASE_WITHIN_S
        while True:
            begin = self.log_path.stat().st_size if self.log_path.exists() else 0
            self._postmaster.launch(programs.path("postgres"), self._account)
            while not self._postmaster.launch_failed():
                if self._answers():
                    return
                time.sleep(0.03)
            log = self._log_since(begin)
            if "shared memory block" not in log or time.monotonic() > deadline:
                raise Unavailable(
                    said(
                        "PostgreSQL did not start: {last_line}\nIts log is {log_path}.",
                        last_line=_last_line(log),
                        log_path=self.log_path,
                    )
                )
            time.sleep(0.2)

    def _await_answer(self) -> bool:
        """Wait until the living server answers; False if none lives."""
        deadline = time.monotonic() + READY_WITHIN_S
        while self.is_alive():
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise Unavailable(
                    said(
                        "The cluster in {data_dir} does not answer; its log is {log_path}.",
                        data_dir=self.data_dir,
                        log_path=self.log_path,
                    )
                )
            time.sleep(0.03)
        return False

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _ensure_database(self) -> None:
        try:
            with self._connect("postgres") as connection:
                known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError as error:  # killed as soon as it answered
            raise Unavailable(
                said(
                    "The cluster in {data_dir} does not answer; its log is {log_path}.",
                    data_dir=self.data_dir,
                    log_path=self.log_path,
                )
            ) from error

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.settings.socket_dir),
            port=PORT,
            user=OWNER,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _log_since(self, begin: int) -> str:
        with self.log_path.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")


def _version(parts: tuple[int, int]) -> str:
    return ".".join(map(str, parts))


def _last_line(text: str) -> str:
    """The line that says most: the last error, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (errors or lines or ["no reason was given."])[-1]
