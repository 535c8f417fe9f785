"""One piece of work for all that is asked while the one before is under way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from api.gathering import MOST_AT_ONCE, Gathering
from gis.errors import Conflict, Unavailable


class Doubling:
    """Doubles numbers when it is let, and keeps what it was asked together; has something against 13 and 99."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.let = threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.asked.append(list(numbers))
        self.let.wait()
        if 99 in numbers:
            raise ZeroDivisionError
        return [Conflict("unlucky") if number == 13 else 2 * number for number in numbers]


async def asked(doubling: Doubling, numbers: Sequence[int]) -> list[int | BaseException]:
    """What is given for numbers of which the first is under way when the others are asked."""
    gathering = Gathering(doubling)
    first = asyncio.create_task(gathering(numbers[0]))
    while not doubling.asked:
        await asyncio.sleep(0.001)
    others = [asyncio.create_task(gathering(number)) for number in numbers[1:]]
    await asyncio.sleep(0)
    doubling.let.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def test_who_asks_alone_is_served_at_once_and_who_comes_meanwhile_together() -> None:
    doubling = Doubling()
    assert asyncio.run(asked(doubling, [1, 2, 3, 4])) == [2, 4, 6, 8]
    assert doubling.asked == [[1], [2, 3, 4]]


def test_no_more_than_so_many_are_served_at_once() -> None:
    doubling = Doubling()
    asyncio.run(asked(doubling, range(1000, 1000 + 2 * MOST_AT_ONCE)))
    assert [len(each) for each in doubling.asked] == [1, MOST_AT_ONCE, MOST_AT_ONCE - 1]


def test_exception_is_raised_to_whom_it_is_meant_for() -> None:
    two, unlucky, six = asyncio.run(asked(Doubling(), [1, 13, 3]))
    assert isinstance(unlucky, Conflict)
    assert (two, six) == (2, 6)


def test_failure_of_all_is_asked_for_one_by_one() -> None:
    doubling = Doubling()
    two, failed, six = asyncio.run(asked(doubling, [1, 99, 3]))
    assert isinstance(failed, ZeroDivisionError)
    assert (two, six) == (2, 6)
    assert doubling.asked == [[1], [99, 3], [99], [3]]


def test_what_is_away_for_one_is_away_for_all_and_not_asked_again() -> None:
    calls: list[int] = []

    def away(numbers: Sequence[int]) -> list[int | Exception]:
        calls.append(len(numbers))
        raise Unavailable("away")

    async def ask() -> list[int | BaseException]:
        gathering = Gathering(away)
        return await asyncio.gather(*map(gathering, range(5)), return_exceptions=True)

    answers = asyncio.run(ask())
    assert all(isinstance(each, Unavailable) for each in answers)
    assert sum(calls) == 5


def test_who_has_gone_is_no_trouble_to_the_others() -> None:
    async def leave() -> int:
        doubling = Doubling()
        gathering = Gathering(doubling)
        gone = asyncio.create_task(gathering(1))
        stays = asyncio.create_task(gathering(2))
        await asyncio.sleep(0.01)
        gone.cancel()
        doubling.let.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(leave()) == 4
