"""Who guesses passwords has to wait: by the name that is tried, and by the address that tries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text, update

from gis.security.lockout import Patience, begin_try, key_hash, network_of, take_back, unlock, waiting
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import sign_in_failure

PATIENCE = Patience({"name": 3, "address": 6}, first_wait_s=60, longest_wait_s=600)


def guess(connection: Connection, name: str = "ann", address: str = "10.0.0.1", *, times: int = 1) -> list[int]:
    return [begin_try(connection, name, address, PATIENCE) for _ in range(times)]


def later(connection: Connection, seconds: float) -> None:
    """As if this much time had gone by."""
    by = text(f"interval '{seconds} s'")
    connection.execute(
        update(sign_in_failure).values(
            failed_at=sign_in_failure.c.failed_at - by, waits_until=sign_in_failure.c.waits_until - by
        )
    )


def test_name_waits_after_its_last_free_try(connection):
    assert guess(connection, times=3) == [0, 0, 0]
    assert guess(connection)[0] == pytest.approx(60, abs=2)


def test_each_further_failure_waits_twice_as_long_up_to_the_longest(connection):
    guess(connection, times=3)
    waits = []
    for _ in range(6):
        waits.append(guess(connection)[0])
        later(connection, waits[-1] + 1)
        assert guess(connection) == [0]
    assert waits == pytest.approx([60, 120, 240, 480, 600, 600], abs=2)


def test_name_that_nobody_has_waits_like_any_other(connection):
    assert guess(connection, "nobody", times=4) == guess(connection, "ann", "10.0.0.2", times=4)


def test_name_waits_whatever_address_tries(connection):
    for number in range(3):
        guess(connection, address=f"10.0.0.{number}")
    assert guess(connection, address="10.0.0.9")[0] > 0


def test_address_that_tries_many_names_waits_for_every_name(connection):
    assert [guess(connection, f"name{number}")[0] for number in range(6)] == [0] * 6
    assert guess(connection, "another")[0] > 0
    assert guess(connection, "another", "10.0.0.2") == [0]


def test_addresses_of_one_ipv6_network_are_one(connection):
    for number in range(6):
        guess(connection, f"name{number}", f"2001:db8:1:2::{number}")
    assert guess(connection, "another", "2001:db8:1:2:ffff::1")[0] > 0
    assert guess(connection, "another", "2001:db8:1:3::1") == [0]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_what_counts_as_one_address(address, counted):
    assert network_of(address) == counted


def test_try_that_has_to_wait_is_not_counted(connection):
    guess(connection, times=3)
    guess(connection, times=50)
    later(connection, 61)
    assert guess(connection) == [0]
    assert guess(connection)[0] == pytest.approx(120, abs=2)


def test_success_forgets_the_name_but_not_what_else_the_address_has_tried(connection):
    guess(connection, "bea", times=2)
    guess(connection, "cem", times=2)
    for _ in range(5):
        assert guess(connection, "own") == [0]
        take_back(connection, "own", "10.0.0.1")
    assert guess(connection, "bea") == guess(connection, "dora") == [0]
    assert guess(connection, "emma")[0] > 0


def test_failures_are_forgiven_with_time(connection):
    guess(connection, times=2)
    later(connection, 3600 * 2)
    assert guess(connection, times=3) == [0, 0, 0]


def test_administrator_ends_the_wait(connection):
    guess(connection, times=4)
    assert list(waiting(connection, ["ann", "bea"])) == ["ann"]
    unlock(connection, "ann")
    assert waiting(connection, ["ann"]) == {}
    assert guess(connection) == [0]


def test_neither_name_nor_address_is_kept_in_clear(connection):
    guess(connection, "my password by mistake", "10.0.0.1")
    kept = {bytes(each) for each in connection.scalars(select(sign_in_failure.c.key_hash))}
    assert kept == {key_hash("my password by mistake"), key_hash("10.0.0.1")}


def test_wait_holds_for_whoever_asks_the_database(engine: Engine):
    """Another process, or this one after a restart, knows no more than that."""
    with transaction(engine) as connection:
        guess(connection, times=3)
    with transaction(engine) as connection:
        assert guess(connection)[0] > 0


def test_many_tries_at_once_are_no_way_around(engine: Engine):
    def one(_: int) -> int:
        with transaction(engine) as connection:
            return guess(connection)[0]

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(one, range(24)))[:4] == [0, 0, 0, pytest.approx(60, abs=2)]


def test_old_failures_are_swept_out(connection):
    guess(connection, "old", "10.9.9.9")
    later(connection, 3 * 86400)
    guess(connection)
    take_back(connection, "ann", "10.0.0.1")
    kept = {bytes(each) for each in connection.scalars(select(sign_in_failure.c.key_hash))}
    assert kept == {key_hash("10.0.0.1")}


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_failures_never_wait_less(few, more):
    few, more = sorted((few, more))
    assert 0 <= PATIENCE.wait_s("name", few) <= PATIENCE.wait_s("name", more) <= 600


def test_operator_sets_the_patience(home):
    chosen = Patience.of(Settings(home=home, sign_in_tries=5, sign_in_wait_s=10, sign_in_longest_wait_s=20))
    assert [chosen.wait_s("name", failures) for failures in (4, 5, 6, 7)] == [0, 10, 20, 20]
