"""Sends the notices that are due, through the channel that the operator has set."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import Connection, Engine

from gis.actor import SYSTEM
from gis.notify.outbox import next_due, settle
from gis.settings import Settings
from gis.storage.session import transaction

EVERY_S = 15.0
Numbers = Callable[[Connection, int], list[str]]
"""The telephone numbers of a household."""


_log = logging.getLogger("dualgrid.notices")


@dataclass(slots=True)
class Sent:
    """What became of the notices that were due."""

    sent: int = 0
    failed: int = 0


def send_due(engine: Engine, settings: Settings, numbers: Numbers) -> Sent:
    """Send every notice that is due, each in a transaction of its own, so that none is sent twice for another.

    A notice is sent when one of its household's numbers has taken it. Without a channel nothing is due.
    """
    done = Sent()
    while settings.notice_url is not None:
        with transaction(engine, SYSTEM) as connection:
            due = next_due(connection)
            if due is None:
                break
            addresses = [address(settings, number) for number in numbers(connection, due.household_id)]
            taken = [deliver(each, due.subject, due.body) for each in addresses]
            sent = any(taken)
            settle(connection, due, sent=sent)
        done.sent += sent
        done.failed += not sent
    return done


def address(settings: Settings, number: str) -> str:
    """The channel's address for a number."""
    assert settings.notice_url is not None
    return settings.notice_url.get_secret_value().replace("{phone}", quote(number, safe=""))


def deliver(address: str, subject: str, body: str) -> bool:
    """Hand a message to an Apprise address; whether it was taken. Nothing of it, or of the address, is logged."""
    from apprise import Apprise  # here, because it takes a third of a second and most homes have no channel

    logging.getLogger("apprise").disabled = True
    channel = Apprise()
    return channel.add(address) and bool(channel.notify(title=subject, body=body))


class Sender:
    """A thread that sends what is due while a service runs; several processes share the work."""

    def __init__(self, engine: Engine, settings: Settings, numbers: Numbers) -> None:
        self._engine, self._settings, self._numbers = engine, settings, numbers
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        if self._settings.notice_url is not None:
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                send_due(self._engine, self._settings, self._numbers)
            except Exception as error:  # noqa: BLE001 (a thread that ended would send nothing any more)
                _log.warning("notices wait: %s", type(error).__name__)
            self._stopped.wait(EVERY_S)
