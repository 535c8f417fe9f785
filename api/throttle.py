"""How often one address may try to sign in: a bucket for each, in this process.

It spares the processor, since every try costs a password hash. Who guesses is held back by
`gis.security.lockout`, in all processes.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

MOST_COUNTED = 50_000


class Throttle:
    """Lets an address try `per_minute` times at once, and then as often as that goes by in time."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._full_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_s(self, address: str) -> int:
        """0, and the try is counted; or how many seconds are left until one is taken again."""
        step_s = 60 / self._per_minute
        now = self._clock()
        with self._lock:
            if len(self._full_at) >= MOST_COUNTED:
                self._full_at = {known: at for known, at in self._full_at.items() if at > now}
            full_at = max(self._full_at.get(address, now), now) + step_s
            over_s = full_at - now - 60
            if over_s > 0:
                return math.ceil(over_s)
            self._full_at[address] = full_at
            return 0
