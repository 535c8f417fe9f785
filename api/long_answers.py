"""Answers that take longer than a request may: worked out beside the requests, remembered, given up if nobody waits.

Who asks gets what there is: the answer, or as much of it as is known, or how far it has come. Nothing is told for
current that is not: an answer belongs to a state of the data, and of another state it is told as outdated while the
new one is worked out. There is nothing to stop: work for which nobody has asked for `PATIENCE_S` ends by itself.
Each process has its own; another one that is asked works it out once more.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from gis.progress import Progress

T = TypeVar("T")
PATIENCE_S = 8.0
MOST_REMEMBERED = 32
_AT_ONCE = 2


class Abandoned(Exception):
    """Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """What is known now. `value` is None if nothing is; `complete` says that no more will come of it, `outdated`
    that the data have changed since; `progress` is (what, done, of) while there is work under way."""

    value: T | None
    complete: bool
    outdated: bool
    progress: tuple[str, int, int] | None


class LongAnswers(Generic[T]):
    """Answers by what was asked, each of the data's state at its time."""

    def __init__(self, *, patience_s: float = PATIENCE_S, most: int = MOST_REMEMBERED) -> None:
        self._patience_s = patience_s
        self._most = most
        self._lock = threading.Lock()
        self._done: OrderedDict[Hashable, tuple[str, T]] = OrderedDict()
        self._under_way: dict[Hashable, _Work[T]] = {}
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="long-answer")

    def ask(
        self, key: Hashable, state: str, work: Callable[[Progress], Iterator[T]], *, wait_s: float = 0.5
    ) -> Told[T]:
        """What is known of `key` in this state of the data, after waiting a little for it.

        `work` yields what it knows, in stages, the last of which is complete; it is begun only if nothing of this
        state is known or under way. Raises what the work raised, once.
        """
        with self._lock:
            done = self._done.get(key)
            if done is not None and done[0] == state:
                self._done.move_to_end(key)
                return Told(done[1], complete=True, outdated=False, progress=None)
            under_way = self._under_way.get(key)
            if under_way is None or under_way.state != state:
                if under_way is not None:
                    under_way.give_up()
                under_way = self._under_way[key] = _Work(state, self._patience_s)
                under_way.asked()  # before it is begun, or it would find that nobody waits
                self._threads.submit(self._carry_out, key, under_way, work)
            under_way.asked()
        under_way.changed.wait(wait_s)
        return self._told(key, under_way, done[1] if done else None)

    def _told(self, key: Hashable, under_way: _Work[T], before: T | None) -> Told[T]:
        if under_way.failed is not None:
            with self._lock:
                if self._under_way.get(key) is under_way:
                    del self._under_way[key]
            raise under_way.failed
        complete, value = under_way.complete, under_way.value
        progress = None if complete else under_way.progress
        if value is None:
            return Told(before, complete=False, outdated=before is not None, progress=progress)
        return Told(value, complete=complete, outdated=False, progress=progress)

    def _carry_out(self, key: Hashable, own: _Work[T], work: Callable[[Progress], Iterator[T]]) -> None:
        try:
            for stage in work(own.report):
                own.know(stage)
                own.report(*own.progress)
        except Abandoned:
            self._forget(key, own)
        except Exception as failure:  # noqa: BLE001 - it is raised where it was asked for
            own.fail(failure)
        else:
            with self._lock:
                if own.value is not None:
                    self._done[key] = own.state, own.value
                    self._done.move_to_end(key)
                    while len(self._done) > self._most:
                        self._done.popitem(last=False)
            self._forget(key, own)
            own.finish()

    def _forget(self, key: Hashable, own: _Work[T]) -> None:
        with self._lock:
            if self._under_way.get(key) is own:
                del self._under_way[key]

    def close(self) -> None:
        """End what is under way, for the end of the process."""
        with self._lock:
            for each in self._under_way.values():
                each.give_up()
        self._threads.shutdown(wait=True, cancel_futures=True)


class _Work(Generic[T]):
    """One piece of work: for which state of the data, how far it is, and when it was last asked for."""

    def __init__(self, state: str, patience_s: float) -> None:
        self.state = state
        self.value: T | None = None
        self.complete = False
        self.failed: Exception | None = None
        self.progress: tuple[str, int, int] = ("waiting", 0, 0)
        self.changed = threading.Event()
        self._patience_s = patience_s
        self._until = 0.0

    def asked(self) -> None:
        self._until = time.monotonic() + self._patience_s
        if self.value is not None and not self.complete:
            self.changed.clear()  # who has this stage waits for the next one

    def give_up(self) -> None:
        self._until = 0.0

    def report(self, what: str, done: int, of: int) -> None:
        """A progress. Raises Abandoned when nobody has asked for too long."""
        if time.monotonic() > self._until:
            raise Abandoned
        self.progress = what, done, of

    def know(self, value: T) -> None:
        self.value = value
        self.changed.set()

    def finish(self) -> None:
        self.complete = True
        self.changed.set()

    def fail(self, failure: Exception) -> None:
        self.failed = failure
        self.changed.set()
