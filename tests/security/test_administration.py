"""What an administrator does with accounts, and what nobody can do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict, InvalidInput, NotFound
from gis.security import administration
from gis.security.accounts import account_by_id, accounts, create_account
from gis.security.credentials import verify_password
from gis.security.lockout import Patience, begin_try, waiting
from gis.security.sign_in import find_sign_in, open_sign_in
from gis.storage.session import transaction
from tests.waiting import wait_until_blocked
from tests.world import COMMUNITY

PASSWORD = "correct horse battery"
BY = Actor("admin", "admin", 1)


@pytest.fixture
def ann(connection, world):
    return create_account(connection, username="ann", password=PASSWORD, role="official")


def test_new_account_has_a_password_that_only_its_first_sign_in_uses(connection, world):
    made, password = administration.create(connection, BY, username="bea", role="planner", areas=[COMMUNITY])
    assert (made.username, made.role, made.areas, made.must_change_password) == ("bea", "planner", (COMMUNITY,), True)
    assert verify_password(connection, "bea", password) == made.id
    other = administration.create(connection, BY, username="cem", role="planner")[1]
    assert other != password


def test_role_person_and_areas_are_changed_together(connection, ann):
    assert account_by_id(connection, ann).areas == ("999119",)
    administration.change(connection, BY, ann, role="official", areas=[COMMUNITY])
    assert account_by_id(connection, ann).areas == (COMMUNITY,)
    administration.change(connection, BY, ann, role="worker", worker_code="W1")
    administration.change(connection, BY, ann, role="worker", worker_code="W1")  # it is its own person already
    changed = account_by_id(connection, ann)
    assert (changed.role, changed.worker, changed.areas) == ("worker", "W1", ())
    administration.change(connection, BY, ann, role="dispatcher")
    assert account_by_id(connection, ann).worker is None


def test_every_fault_of_a_change_is_named_and_nothing_is_changed(connection, ann):
    with pytest.raises(InvalidInput) as refused:
        administration.change(connection, BY, ann, role="king", worker_code="W99", areas=["nowhere"])
    assert {fault.code for fault in refused.value.faults} == {
        "unknown_role",
        "unknown_worker",
        "worker_with_role",
        "area_with_role",
    }
    assert account_by_id(connection, ann).role == "official"


@pytest.mark.parametrize(
    "remove",
    [
        administration.disable,
        lambda connection, by, account: administration.change(connection, by, account, role="dispatcher"),
    ],
    ids=["disable", "other role"],
)
def test_last_administrator_stays(connection, world, remove):
    first = create_account(connection, username="first", password=PASSWORD, role="admin")
    second = create_account(connection, username="second", password=PASSWORD, role="admin")
    remove(connection, BY, second)
    with pytest.raises(Conflict, match="last administrator"):
        remove(connection, BY, first)
    assert account_by_id(connection, first).disabled_at is None


def test_two_administrators_who_remove_each_other_leave_one(engine: Engine):
    with transaction(engine) as connection:
        both = [create_account(connection, username=name, password=PASSWORD, role="admin") for name in "ab"]

    def remove() -> None:
        with transaction(engine) as connection:
            administration.disable(connection, BY, both[1])

    with ThreadPoolExecutor(1) as thread:
        with transaction(engine) as connection:
            administration.disable(connection, BY, both[0])
            removing = thread.submit(remove)
            wait_until_blocked(engine, removing)
        with pytest.raises(Conflict):
            removing.result(timeout=10)


def test_reset_ends_sign_ins_and_waits_and_asks_for_another_password(connection, ann):
    token = open_sign_in(connection, ann, 1)
    for _ in range(4):
        begin_try(connection, "ann", "10.0.0.1", Patience({"name": 3, "address": 99}, 60, 60))
    assert waiting(connection, ["ann"])
    password = administration.reset_password(connection, BY, ann)
    assert find_sign_in(connection, token) is None
    assert waiting(connection, ["ann"]) == {}
    assert verify_password(connection, "ann", password) == ann
    assert account_by_id(connection, ann).must_change_password


def test_password_that_the_operator_types_need_not_be_changed(connection, ann):
    administration.reset_password(connection, SYSTEM, ann, "typed by the owner")
    assert not account_by_id(connection, ann).must_change_password
    with pytest.raises(InvalidInput):
        administration.reset_password(connection, SYSTEM, ann, "short")


@pytest.mark.parametrize(
    "verb",
    [
        administration.disable,
        administration.enable,
        administration.unlock,
        administration.sign_out,
        administration.reset_password,
    ],
)
def test_account_that_is_not_there_is_not_found(connection, verb):
    with pytest.raises(NotFound):
        verb(connection, BY, 4711)


def test_accounts_are_found_by_their_name_their_person_and_their_role(connection, ann):
    create_account(connection, username="100%_sure", password=PASSWORD, role="dispatcher")
    create_account(connection, username="w", password=PASSWORD, role="worker", worker_code="W1")

    def names(**asked):
        return [each.username for each in accounts(connection, **asked)]

    assert names() == ["100%_sure", "ann", "w"]
    assert names(words="ANN") == ["ann"]
    assert names(words="赵") == names(words="W1") == ["w"]
    assert names(words="%") == ["100%_sure"]
    assert names(words="_") == ["100%_sure"]
    assert names(role="official") == ["ann"]
    assert names(after="ann") == ["w"]
    assert names(limit=1) == ["100%_sure"]
