"""What takes long is begun once, told in stages, never stale in silence, and ends when nobody waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from api.long_answers import LongAnswers
from gis.progress import Progress


@pytest.fixture
def answers() -> Iterator[LongAnswers[str]]:
    made = LongAnswers[str](patience_s=0.3, most=2)
    yield made
    made.close()


def until_complete(answers: LongAnswers[str], key: str, state: str, work: object) -> str | None:
    for _ in range(200):
        told = answers.ask(key, state, work, wait_s=0.05)  # type: ignore[arg-type]
        if told.complete:
            return told.value
    raise AssertionError("it never ended")


def test_same_question_of_same_data_is_worked_out_once(answers: LongAnswers[str]) -> None:
    begun = []

    def work(progress: Progress) -> Iterator[str]:
        begun.append(1)
        yield "found"

    assert until_complete(answers, "q", "1", work) == "found"
    assert until_complete(answers, "q", "1", work) == "found"
    assert len(begun) == 1


def test_stage_is_told_before_the_whole_is_known(answers: LongAnswers[str]) -> None:
    go_on = threading.Event()

    def work(progress: Progress) -> Iterator[str]:
        yield "cells"
        while not go_on.wait(0.02):
            progress("scan", 1, 2)
        yield "cells and clusters"

    told = answers.ask("q", "1", work, wait_s=2)
    assert (told.value, told.complete) == ("cells", False)
    go_on.set()
    assert until_complete(answers, "q", "1", work) == "cells and clusters"


def test_answer_of_older_data_is_told_as_outdated_until_the_new_one_is_there(answers: LongAnswers[str]) -> None:
    go_on = threading.Event()

    def old(progress: Progress) -> Iterator[str]:
        yield "old"

    def new(progress: Progress) -> Iterator[str]:
        while not go_on.wait(0.02):
            progress("reading", 0, 0)
        yield "new"

    until_complete(answers, "q", "1", old)
    told = answers.ask("q", "2", new, wait_s=0.05)
    assert (told.value, told.outdated, told.complete) == ("old", True, False)
    go_on.set()
    assert until_complete(answers, "q", "2", new) == "new"


def test_work_for_which_nobody_waits_ends(answers: LongAnswers[str]) -> None:
    ended = threading.Event()

    def work(progress: Progress) -> Iterator[str]:
        try:
            while True:
                progress("scan", 1, 2)
                time.sleep(0.01)
        finally:
            ended.set()
        yield "never"

    assert answers.ask("q", "1", work, wait_s=0.05).value is None
    assert ended.wait(5)


def test_what_went_wrong_is_told_to_who_asked_and_tried_again(answers: LongAnswers[str]) -> None:
    tries = []

    def work(progress: Progress) -> Iterator[str]:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("the cells are too small")
        yield "found"

    with pytest.raises(ValueError, match="too small"):
        answers.ask("q", "1", work, wait_s=5)
    assert until_complete(answers, "q", "1", work) == "found"
