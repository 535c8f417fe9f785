"""Slows down who guesses passwords: counts failures by name and address, in this process."""

from __future__ import annotations

import threading
import time
from collections import deque

FAILURES = 10
WITHIN_S = 300.0
MOST_COUNTED = 50_000


class Throttle:
    """Ten failures within five minutes, and the same name from the same address has to wait."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str], deque[float]] = {}
        self._lock = threading.Lock()

    def wait_s(self, username: str, address: str) -> int:
        """How many seconds are left until the next try is heard; 0: now."""
        with self._lock:
            failures = self._recent((username, address))
            if failures is None or len(failures) < FAILURES:
                return 0
            return max(1, round(failures[0] + WITHIN_S - time.monotonic()))

    def failed(self, username: str, address: str) -> None:
        """Count a failure."""
        key = username, address
        with self._lock:
            if len(self._failures) >= MOST_COUNTED:
                for counted in list(self._failures):
                    self._recent(counted)
            self._failures.setdefault(key, deque(maxlen=FAILURES)).append(time.monotonic())

    def succeeded(self, username: str, address: str) -> None:
        """Forget the failures before."""
        with self._lock:
            self._failures.pop((username, address), None)

    def _recent(self, key: tuple[str, str]) -> deque[float] | None:
        failures = self._failures.get(key)
        while failures and failures[0] < time.monotonic() - WITHIN_S:
            failures.popleft()
        if not failures:
            self._failures.pop(key, None)
        return failures
