"""The web service in the foreground: its port, its processes, and the cluster that it keeps alive."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.reporting import Reporter
from api.wire import Connection
from gis.density.folding import Folding
from gis.errors import Conflict, GisError, Unavailable, said
from gis.issues.upkeep import Upkeep
from gis.notify.sender import Sender
from gis.population.residents import numbers_of
from gis.security.vault import Vault
from gis.storage.cluster import Cluster
from gis.storage.session import create_engine

FACTORY = "api.worker:create"
GRACE_S = 5
"""For how long open requests may go on when the service is stopped."""
LOOK_EVERY_S = 1.0
STUCK_AFTER_S = 60
"""A process that gives no sign of life for so long is replaced. On a busy machine one may need many to begin."""


def reserve(host: str, port: int) -> socket.socket:
    """Take the port before the long work begins; Conflict or Unavailable, with what to do, if that fails."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise Unavailable(
            said("{host} is not an address of this machine: choose another with --host.", host=host)
        ) from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise _port_in_use(host, port) from None
        raise Unavailable(
            said("Cannot listen on {host}, port {port}: {strerror}.", host=host, port=port, strerror=error.strerror)
        ) from None
    return listener


def address_of(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 (it is only recognised)
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve_until_stopped(
    cluster: Cluster, listener: socket.socket, *, workers: int = 1, announce: Callable[[], None]
) -> None:
    """Serve until Ctrl-C or SIGTERM; `announce` is called when requests are answered.

    The cluster must be running. When it is killed, it is started again.
    """
    os.environ["DUALGRID_DATABASE_URL"] = cluster.url  # how each process of the service finds the database
    config = uvicorn.Config(
        FACTORY,
        factory=True,
        http=Connection,
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application itself believes those proxies that the operator trusts
        timeout_graceful_shutdown=GRACE_S,
        timeout_worker_healthcheck=STUCK_AFTER_S,
    )
    host, port = listener.getsockname()[:2]
    engine = create_engine(cluster.url, vault=Vault.of(cluster.settings))
    watch, upkeep = _Watch(cluster), Upkeep(engine, cluster.settings)
    reporter = Reporter(engine, cluster.settings)
    notices = Sender(engine, cluster.settings, numbers_of)
    folding = Folding(engine)
    watch.start()
    upkeep.start()
    notices.start()
    reporter.start()
    folding.start()
    try:
        if workers > 1:
            announce()
            Multiprocess(config, sockets=[listener]).run()
        else:
            server = _Server(config, announce)
            server.run(sockets=[listener])
            if not server.started:
                raise Unavailable(said("The service did not start; the reason is above."))
    except KeyboardInterrupt:
        pass  # raised again by uvicorn, after it has closed the connections
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise _port_in_use(host, port) from None
    finally:
        folding.stop()
        reporter.stop()
        notices.stop()
        upkeep.stop()
        watch.stop()
        engine.dispose()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


class _Watch(threading.Thread):
    """Starts the private cluster again when it has been killed; a database by URL is somebody else's."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(name="cluster-watch", daemon=True)
        self._cluster = cluster
        self._ended = threading.Event()

    def run(self) -> None:
        if self._cluster.settings.database_url:
            return
        while not self._ended.wait(LOOK_EVERY_S):
            if not self._cluster.is_alive():
                try:
                    self._cluster.start()
                    print("The database had stopped; it runs again.", file=sys.stderr, flush=True)
                except (GisError, OSError) as error:  # and again in a second
                    print(error, file=sys.stderr, flush=True)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _port_in_use(host: str, port: int) -> Conflict:
    return Conflict(
        said("Port {port} of {host} is in use by another program: choose another with --port.", port=port, host=host)
    )
