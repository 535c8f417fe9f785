"""The server process of a private cluster: started, recognised and stopped without trusting a pid file.

A pid file outlives a killed server, and its number may meanwhile belong to another process, or to a
zombie that nobody has reaped. So a pid counts only while it is alive and its command line names this
cluster's socket folder, which no other cluster has.

Started by root, the server runs as an unprivileged account that may not be able to walk down to the
data (a home below /root, a private temporary folder). It never needs to: the data folder is opened
here, and the server is given the open descriptor as its data folder.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PORT = 5432
"""Part of the socket's name only; said wherever it is used, so that a PGPORT around us changes nothing."""
STOP_WITHIN_S = 60.0


@dataclass(frozen=True)
class Account:
    """The unprivileged account that owns a cluster's data, and whether we must step down to it."""

    name: str
    uid: int
    gid: int
    stepped_down: bool


def cluster_account() -> Account:
    """Who owns the cluster: whoever runs us; when that is root, `postgres`, or `nobody` without one."""
    uid = os.geteuid()
    if uid != 0:
        return Account(str(uid), uid, os.getegid(), stepped_down=False)
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, stepped_down=True)


@contextmanager
def lent_folder(folder: Path, account: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    """A path and `subprocess` arguments with which the account's programs reach `folder`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    arguments: dict[str, Any] = {
        "pass_fds": [descriptor],
        "cwd": "/",
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        "stdin": subprocess.DEVNULL,
    }
    if account.stepped_down:
        arguments |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    try:
        yield f"/proc/self/fd/{descriptor}", arguments
    finally:
        os.close(descriptor)


def write_into(path: Path, text: str, how: int) -> None:
    """Write to a file of the account (`how`: O_APPEND or O_TRUNC), but through no link that it may have put there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_NOFOLLOW | how), "w") as file:
        file.write(text)


class Postmaster:
    """The server of the data in `data_dir`, listening in `socket_dir` and nowhere else."""

    def __init__(self, data_dir: Path, socket_dir: Path, log_path: Path) -> None:
        self.data_dir = data_dir
        self.socket_dir = socket_dir
        self.log_path = log_path
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid_path(self) -> Path:
        return self.data_dir / "postmaster.pid"

    def pid(self) -> int | None:
        """The running server's pid, or None."""
        if self._child is not None:
            self._child.poll()  # reaps it, if it has died
        pid = self._noted_pid()
        return pid if pid is not None and self._is_ours(pid) else None

    def launch(self, program: str, account: Account) -> None:
        """Start the server in a session of its own, so that a Ctrl-C meant for us does not reach it."""
        if self._child is not None:
            self._child.wait()  # killed, and perhaps still dying
        self._disown_pid_file()
        with lent_folder(self.data_dir, account) as (data, arguments), self.log_path.open("ab") as log:
            self._child = subprocess.Popen(
                [program, "-D", data, "-k", str(self.socket_dir), "-p", str(PORT), "-c", "listen_addresses="],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **arguments,
            )

    def launch_failed(self) -> bool:
        """Whether the server that we launched has ended."""
        return self._child is None or self._child.poll() is not None

    def stop(self) -> bool:
        """Shut down, ending open sessions; False if it still runs after `STOP_WITHIN_S`."""
        pid = self.pid()
        if pid is None and self._child is not None and self._child.returncode is None:
            pid = self._child.pid  # we were interrupted before it had noted its pid
        if pid is None:
            return True
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_WITHIN_S
        while self._is_ours(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        if self._child is not None:
            self._child.wait()
        return True

    def _noted_pid(self) -> int | None:
        try:
            return int(self.pid_path.read_text().partition("\n")[0])
        except (FileNotFoundError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        # A zombie's command line is empty.
        program = Path(os.fsdecode(command[0])).name
        return program == "postgres" and os.fsencode(self.socket_dir) in command

    def _disown_pid_file(self) -> None:
        """Mark a killed server's pid file as stale, so that a stranger with the same pid blocks nothing.

        Numbers recur soon in a container. The file itself must stay: it names the shared memory by
        which PostgreSQL sees that a backend of the killed server still lives. PostgreSQL takes its own
        parent's pid for a stale one, and that is us.
        """
        pid = self._noted_pid()
        if pid is not None and not self._is_ours(pid):
            rest = self.pid_path.read_text().partition("\n")[2]
            write_into(self.pid_path, f"{os.getpid()}\n{rest}", os.O_TRUNC)
