"""The community of the mission's cases: its people over HTTP, and all that is sent to anybody while they act.

The operator has set an official account of WeChat and a way to call numbers; the service's own sender hands notices to
a receiver that keeps them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from api.app import create_app
from benchmarks.receiver import Receiver, receiving
from gis.notify.sender import Sender
from gis.population.residents import numbers_of
from gis.settings import Settings
from tests.api.wechat.platform import WECHAT
from tests.e2e.conftest import serving
from tests.e2e.mission.people import People

CHINA = ZoneInfo("Asia/Shanghai")
ARRIVES_WITHIN_S = 20.0


@dataclass(kw_only=True)
class Community(People):
    """The running service, who is signed in there, and what has been sent to anybody."""

    receiver: Receiver

    def tells(self, path: str, *, scope: str, whom: str) -> None:
        """Have the administrator set a channel, to a path of the receiver."""
        address = self.receiver.channel(path)
        self["admin"].post("/api/notices/channels", name=path, scope=scope, whom=whom, address=address)

    def hears(self, path: str, number: str, titles: list[str]) -> list[str]:
        """The messages about a matter at a path, once their titles are these; each has come once, in any order."""
        self._wait(lambda: len(self.sent(path, number)) >= len(titles))
        found = self.sent(path, number)
        assert sorted(each["title"] for each in found) == sorted(titles)
        return [each["message"] for each in found]

    def is_called(self, phone: str) -> list[str]:
        """What somebody is told by their telephone, once they are."""
        path = f"/sms/{phone}"
        self._wait(lambda: bool(self.sent(path)))
        return [each["message"] for each in self.sent(path)]

    def sent(self, path: str, number: str = "") -> list[dict[str, str]]:
        """The messages to a path by now, of one matter if it is named."""
        taken = [each.json for each in self.receiver.taken if each.path == path]
        return [each for each in taken if not number or f"#{number} " in each["title"]]

    def _wait(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + ARRIVES_WITHIN_S
        while not done() and time.monotonic() < until:
            time.sleep(0.05)


@pytest.fixture(scope="module")
def community(demonstration_engine: Engine) -> Iterator[Community]:
    with receiving() as receiver:
        settings = Settings(**WECHAT, notice_url=SecretStr(receiver.channel("/sms/{phone}")))
        sender = Sender(demonstration_engine, settings, numbers_of)
        sender.start()
        try:
            with (
                serving(create_app(settings, demonstration_engine)) as url,
                closing(Community(url=url, receiver=receiver)) as community,
            ):
                yield community
        finally:
            sender.stop()


@pytest.fixture(scope="module")
def chat() -> Callable[..., str]:
    """A group's chat as WeChat copies it: who wrote what so many minutes ago."""

    def copied(*lines: tuple[int, str, str]) -> str:
        now = datetime.now(UTC).astimezone(CHINA)
        return "\n\n".join(f"{who} {now - timedelta(minutes=ago):%Y/%m/%d %H:%M}\n{words}" for ago, who, words in lines)

    return copied
