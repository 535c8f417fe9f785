"""Accounts, passwords, sign-ins."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text, update

from gis.errors import Conflict, InvalidInput, NotFound
from gis.security.accounts import accounts, create_account, disable_account, ensure_demo_accounts
from gis.security.credentials import set_password, verify_password
from gis.security.masking import masked_name, masked_phone
from gis.security.sign_in import close_sign_in, find_sign_in, open_sign_in, token_hash
from gis.storage.tables import account, area, sign_in, worker
from tests.world import COMMUNITY, add, add_other_community

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(connection):
    return create_account(connection, username="ann", password=PASSWORD, role="official")


def test_password_is_kept_as_an_argon2_hash_with_its_own_salt(connection, ann):
    create_account(connection, username="bea", password=PASSWORD, role="official")
    hashes = connection.scalars(select(account.c.password_hash)).all()
    assert len(set(hashes)) == 2
    assert all(each.startswith("$argon2id$") for each in hashes)


def test_password_opens_its_own_account_only(connection, ann):
    assert verify_password(connection, "ann", PASSWORD) == ann
    assert verify_password(connection, "ann", PASSWORD + " ") is None
    assert verify_password(connection, "Ann", PASSWORD) is None
    assert verify_password(connection, "an\x00n", PASSWORD) is None


def test_unknown_name_costs_as_much_work_as_a_wrong_password(connection, ann):
    def seconds(name):
        tries = []
        for _ in range(5):
            begin = time.process_time()
            verify_password(connection, name, "wrong password")
            tries.append(time.process_time() - begin)
        return min(tries)

    seconds("nobody")
    assert seconds("nobody") == pytest.approx(seconds("ann"), rel=0.6)


def test_every_fault_of_a_new_account_is_named(connection, world):
    with pytest.raises(InvalidInput) as refused:
        create_account(connection, username="a b", password="short", role="king", worker_code="W99")
    assert {fault.where for fault in refused.value.faults} == {"username", "password", "role", "worker"}
    with pytest.raises(InvalidInput, match="needs a worker"):
        create_account(connection, username="w", password=PASSWORD, role="worker")
    create_account(connection, username="w", password=PASSWORD, role="worker", worker_code="W1")
    with pytest.raises(InvalidInput, match="has an account already"):
        create_account(connection, username="v", password=PASSWORD, role="worker", worker_code="W1")


def test_worker_whose_id_two_communities_use_is_told_by_the_community(connection, world):
    add(connection, worker, community_id=add_other_community(connection), code="W1", name="Ann")
    given = {"username": "w", "password": PASSWORD, "role": "worker", "worker_code": "W1"}
    with pytest.raises(InvalidInput, match="several communities"):
        create_account(connection, **given)
    create_account(connection, **given, community=COMMUNITY)
    held = select(account.c.worker_id).where(account.c.username == "w")
    assert connection.scalar(held) == world.workers["赵一"]


def test_name_is_given_once(connection, ann):
    with pytest.raises(Conflict):
        create_account(connection, username="ann", password=PASSWORD, role="admin")


def test_token_is_kept_as_its_hash_and_names_the_actor(connection, ann):
    token = open_sign_in(connection, ann, 1)
    kept = connection.scalars(select(sign_in.c.token_hash)).all()
    assert [bytes(each) for each in kept] == [token_hash(token)]
    actor = find_sign_in(connection, token).actor
    assert (actor.name, actor.role, actor.account_id) == ("ann", "official", ann)
    assert find_sign_in(connection, token + "x") is None


def test_sign_in_ends_when_closed_or_expired(connection, ann):
    closed, expired = open_sign_in(connection, ann, 1), open_sign_in(connection, ann, 1)
    close_sign_in(connection, closed)
    assert find_sign_in(connection, closed) is None
    connection.execute(update(sign_in).values(expires_at=text("now() - interval '1 s'")))
    assert find_sign_in(connection, expired) is None
    open_sign_in(connection, ann, 1)
    assert len(connection.scalars(select(sign_in.c.token_hash)).all()) == 1


@pytest.mark.parametrize("end", [disable_account, lambda connection, name: set_password(connection, name, PASSWORD)])
def test_disabling_and_a_new_password_end_all_sign_ins(connection, ann, end):
    token = open_sign_in(connection, ann, 1)
    end(connection, "ann")
    assert find_sign_in(connection, token) is None


def test_disabled_account_does_not_sign_in(connection, ann):
    disable_account(connection, "ann")
    assert verify_password(connection, "ann", PASSWORD) is None
    assert [each.disabled_at is None for each in accounts(connection)] == [False]


def test_unknown_account_is_not_found(connection):
    with pytest.raises(NotFound):
        disable_account(connection, "nobody")
    with pytest.raises(NotFound):
        set_password(connection, "nobody", PASSWORD)


@pytest.fixture
def invented(connection, world: SimpleNamespace):
    connection.execute(update(area).where(area.c.id == world.community_id).values(synthetic=True))


@pytest.mark.usefixtures("invented")
def test_demonstration_has_its_roles_and_the_grid_workers_in_order(connection):
    made = ensure_demo_accounts(connection, None)
    assert [(name, role) for name, role, _ in made] == [
        ("admin", "admin"),
        ("official", "official"),
        ("dispatcher", "dispatcher"),
        ("planner", "planner"),
        ("worker001", "worker"),
        ("worker002", "worker"),
        ("worker003", "worker"),
    ]
    assert {each.username: each.worker for each in accounts(connection)}["worker001"] == "W1"
    passwords = {password for _, _, password in made}
    assert len(passwords) == 1
    assert len(passwords.pop()) >= 14


@pytest.mark.usefixtures("invented")
def test_what_the_demonstration_prints_again_works(connection):
    ensure_demo_accounts(connection, "first")
    set_password(connection, "planner", PASSWORD)
    token = open_sign_in(connection, verify_password(connection, "planner", PASSWORD), 1)
    disable_account(connection, "official")
    again = ensure_demo_accounts(connection, "second")
    assert "official" not in {name for name, _, _ in again}
    assert len(again) == 6
    assert all(verify_password(connection, name, password) for name, _, password in again)
    assert find_sign_in(connection, token) is None


def test_real_communities_give_no_demonstration_workers(connection, world):
    assert len(ensure_demo_accounts(connection, "password")) == 4


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳小明", "欧**"), ("李", "李"), ("", None), (None, None)]
)
def test_name_shows_its_first_character_only(name, masked):
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("71234567", "****"),
        ("", None),
        (None, None),
    ],
)
def test_phone_shows_its_ends_only(phone, masked):
    assert masked_phone(phone) == masked
