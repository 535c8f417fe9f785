from __future__ import annotations

from datetime import date

from gis.workforce.posts import PassedOver, Post, responsible

DAY = date(2024, 6, 1)
ALWAYS = (date(2020, 1, 1), None)


def held(code: str, role: str = "grid_worker", *, stand_in: bool = False, leaves: tuple = ()) -> Post:
    number = int(code[1:])
    return Post(number, 1, role, stand_in, *ALWAYS, number, code, f"名{code}", leaves)


HOLDER = held("W1")
ON_LEAVE = held("W1", leaves=((date(2024, 5, 30), date(2024, 6, 2)),))
STAND_IN = held("W2", stand_in=True)
HEAD = held("W3", "group_head")


def test_holder_answers_before_stand_in_and_head() -> None:
    chosen = responsible([HEAD, STAND_IN, HOLDER], DAY)
    assert (chosen.post, chosen.reason, chosen.passed_over) == (HOLDER, "holder", ())


def test_stand_in_answers_for_a_holder_on_leave_who_is_named() -> None:
    chosen = responsible([HEAD, STAND_IN, ON_LEAVE], DAY)
    assert (chosen.post, chosen.reason) == (STAND_IN, "stand_in")
    assert chosen.passed_over == (PassedOver("W1", "名W1"),)


def test_holder_answers_again_on_the_day_the_leave_ends() -> None:
    assert responsible([STAND_IN, ON_LEAVE], date(2024, 6, 2)).post == ON_LEAVE


def test_group_head_answers_for_a_vacant_grid() -> None:
    assert responsible([HEAD], DAY).reason == "group_head"


def test_nobody_answers_where_nobody_holds_a_post() -> None:
    assert responsible([], DAY) is None
    assert responsible([held("W4", "property_manager")], DAY) is None


def test_the_order_of_rows_does_not_matter() -> None:
    stand_ins = [held("W7", stand_in=True), held("W5", stand_in=True), held("W6", stand_in=True)]
    assert responsible(stand_ins, DAY) == responsible(stand_ins[::-1], DAY)
    assert responsible(stand_ins, DAY).post.worker_code == "W5"
