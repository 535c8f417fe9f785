"""One piece of work for all that is asked while the one before is under way.

A transaction costs nearly the same for thirty reports as for one: what it waits for (the disk, the way to the
database and back) it waits for once. So whoever asks while one is under way waits for its end, and is then served
together with all others who did. What is asked alone is done alone, and at once; only behind one that was shared
is there a moment's wait for company.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from gis.errors import Unavailable

MOST_AT_ONCE = 200
COMPANY_S = 0.003
"""How long the next waits after one that was shared: who has just been answered may ask again, and comes in time."""

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Gathering(Generic[Asked, Given]):
    """Has `do` answer all that is asked at the same time, in a thread of its own, in the order in which it came.

    `do` answers each with what it is to be given, or with the exception that it is to get. Where it raises
    instead, nobody knows whose fault that was: each is then asked for alone, and gets what it raises for it.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Sequence[Given | Exception]]) -> None:
        self._do = do
        self._waiting: deque[tuple[Asked, asyncio.Future[Given]]] = deque()
        self._working: asyncio.Task[None] | None = None
        # Its own, because with forty pages being made no thread of the others is free.
        self._thread = CapacityLimiter(1)

    async def __call__(self, asked: Asked) -> Given:
        """What is given for `asked`; raises what is its exception."""
        future: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                together = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
                given = await run_sync(self._answers, [asked for asked, _ in together], limiter=self._thread)
                for (_, future), answer in zip(together, given, strict=True):
                    if future.done():  # who asked has gone
                        continue
                    if isinstance(answer, Exception):
                        future.set_exception(answer)
                    else:
                        future.set_result(answer)
                if len(together) > 1:
                    await asyncio.sleep(COMPANY_S)
        finally:
            self._working = None

    def _answers(self, asked: Sequence[Asked]) -> Sequence[Given | Exception]:
        try:
            return self._do(asked)
        except Unavailable as error:
            return [error] * len(asked)
        except Exception as error:  # noqa: BLE001 (it is raised where it belongs)
            return [error] if len(asked) == 1 else [self._answers([each])[0] for each in asked]
