"""Clients of the crash drill: they do what a client ought to, and keep what they were told."""

from __future__ import annotations

import csv
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks.intake import body_of
from benchmarks.killing import BACK_WITHIN_S
from benchmarks.told import DRILL
from gis.boundaries.ground import DEMONSTRATION

AGAIN_AFTER_S = 0.2
TAKEN_UP_EACH = 3
"""Of so many matters one is taken up."""


@dataclass
class Seen:
    """What the clients have seen: the ids that each external id was answered with, and those that were taken up."""

    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    taken_up: set[str] = field(default_factory=set)
    sent_again: int = 0
    unexpected: Counter[str] = field(default_factory=Counter)
    away_s: list[tuple[str, float]] = field(default_factory=list)
    blow_at: float = 0.0
    answered: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def struck(self) -> float:
        """Begin to wait for the first answer to what is sent from now on."""
        self.blow_at = time.monotonic()
        self.answered.clear()
        return self.blow_at

    def acknowledge(self, external_id: str, issue_id: str, sent_at: float) -> None:
        self.acknowledged.setdefault(external_id, set()).add(issue_id)
        if sent_at > self.blow_at:
            self.answered.set()

    def await_answer(self) -> float:
        """Seconds from the blow to the first answer to what was sent after it."""
        if not self.answered.wait(BACK_WITHIN_S):
            raise TimeoutError(f"No report was taken for {BACK_WITHIN_S:g} s. {dict(self.unexpected)}")
        return time.monotonic() - self.blow_at


def report(seen: Seen, port: int, token: str, number: int) -> None:
    """One client: posts reports, each until it is acknowledged, and takes some of them up."""
    with (DEMONSTRATION / "issues.csv").open(encoding="utf-8") as file:
        matters = list(csv.DictReader(file))
    client = _Client(seen, port, token)
    for count in itertools.count():
        if seen.ended.is_set():
            break
        matter = matters[(count * 17 + number) % len(matters)]
        name = f"{DRILL}{number}-{count}"
        sent = body_of(matter["text"], matter) | {"external_id": name}
        issue_id = ""
        for status, told, sent_at in client.sends("/api/issues", sent):
            if status in (200, 201):
                issue_id = json.loads(told)["id"]
                seen.acknowledge(name, issue_id, sent_at)
                break
            client.expects_503(status, told)
        if not issue_id:
            break
        if count % TAKEN_UP_EACH == 0:
            for status, told, _ in client.sends(f"/api/issues/{issue_id}/transitions", {"to": "accepted"}):
                if status in (200, 409):  # 409: the answer to the first time was lost, not what it did
                    seen.taken_up.add(issue_id)
                    break
                client.expects_503(status, told)
    client.close()


class _Client:
    """One connection, opened again whenever it breaks."""

    def __init__(self, seen: Seen, port: int, token: str) -> None:
        self._seen = seen
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "If-Match": "*"}
        self.close = self._connection.close

    def sends(self, path: str, sent: dict[str, Any]) -> Iterator[tuple[int, bytes, float]]:
        """Each answer to what is sent again and again, with when it was sent; until it goes on for too long."""
        body = json.dumps(sent).encode()
        for tries in itertools.count():
            self._seen.sent_again += tries > 0
            sent_at = time.monotonic()
            try:
                self._connection.request("POST", path, body, self._headers)
                answer = self._connection.getresponse()
                told = answer.read()
            except (OSError, http.client.HTTPException):
                self._connection.close()
            else:
                self._retry_after = answer.headers["Retry-After"]
                yield answer.status, told, sent_at
            if time.monotonic() - self._seen.blow_at > BACK_WITHIN_S:
                return
            time.sleep(AGAIN_AFTER_S)

    def expects_503(self, status: int, told: bytes) -> None:
        """Keep what was answered if it is anything but that the database is away, and when to ask again."""
        if status != 503 or not self._retry_after:
            self._seen.unexpected[f"{status}: {told.decode(errors='replace')}"] += 1
