"""The service as an operator's init runs it, and the ways to kill parts of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.over_http import ROOT
from benchmarks.processes import below
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.session import APPLICATION

WORKERS = 2
BACK_WITHIN_S = 120.0


class Service:
    """The service as an operator's init runs it: started again when its first process has ended."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.port = port
        self._environment = os.environ | {"DUALGRID_HOME": str(settings.home)}
        self._process = self._started()
        self._stopped = threading.Event()
        self._init = threading.Thread(target=self._start_again)
        self._init.start()

    def all(self) -> list[int]:
        """All its processes, the first one first; none before it has begun to answer."""
        return [self._process.pid, *below(self._process.pid)] if self.workers() else []

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return [pid for pid in below(self._process.pid) if b"spawn_main" in command_of(pid)]

    def stop(self) -> None:
        self._stopped.set()
        self._init.join()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "api.cli", "serve", "--workers", str(WORKERS), "--port", str(self.port)]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=self._environment, cwd=ROOT, stdout=quiet, stderr=quiet)

    def _start_again(self) -> None:
        while not self._stopped.wait(0.2):
            if self._process.poll() is not None:
                self._process = self._started()


def command_of(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _server(cluster: Cluster) -> list[int]:
    pid = cluster.status().pid
    return [] if pid is None else [pid]


def _sessions(cluster: Cluster) -> list[int]:
    return [pid for first in _server(cluster) for pid in below(first) if APPLICATION.encode() in command_of(pid)]


Blow = tuple[signal.Signals, Callable[[Service, Cluster], list[int]]]
BLOWS: dict[str, Blow] = {
    "a worker killed": (signal.SIGKILL, lambda service, _: service.workers()[:1]),
    "the database's first process killed": (signal.SIGKILL, lambda _, cluster: _server(cluster)),
    "the whole service killed": (signal.SIGKILL, lambda service, _: service.all()),
    "the database stopped at once": (signal.SIGQUIT, lambda _, cluster: _server(cluster)),
    "the service's first process killed": (signal.SIGKILL, lambda service, _: service.all()[:1]),
    "a session of the database killed": (signal.SIGKILL, lambda _, cluster: _sessions(cluster)[:1]),
}


def strike(blow: Blow, service: Service, cluster: Cluster, *, struck: Callable[[], object]) -> None:
    """Send the signal to what is to be struck, as soon as there is any; `struck` is called just before."""
    number, targets = blow
    until = time.monotonic() + BACK_WITHIN_S
    while not (pids := targets(service, cluster)):
        if time.monotonic() > until:
            raise TimeoutError("What is to be killed does not come back.")
        time.sleep(0.1)
    struck()
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
