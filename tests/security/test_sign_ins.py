"""Sign-ins and API tokens: how they end, and what their owner sees of them."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from gis.errors import InvalidInput, NotFound
from gis.security.accounts import create_account, disable_account, enable_account
from gis.security.credentials import change_password, set_password, verify_password
from gis.security.sign_in import (
    create_api_token,
    end_sign_ins,
    find_sign_in,
    open_sign_in,
    revoke_sign_in,
    sign_ins,
    token_hash,
)
from gis.storage.tables import sign_in

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(connection):
    return create_account(connection, username="ann", password=PASSWORD, role="official")


@pytest.fixture
def bea(connection):
    return create_account(connection, username="bea", password=PASSWORD, role="official")


def api_token(connection, account, name="export", days=30):
    return create_api_token(connection, account, name=name, days=days, most_days=365)


def unused_for(connection, token, minutes):
    connection.execute(
        update(sign_in)
        .where(sign_in.c.token_hash == token_hash(token))
        .values(last_seen_at=text(f"now() - interval '{minutes} minutes'"))
    )


def test_sign_in_that_is_not_used_ends(connection, ann):
    token = open_sign_in(connection, ann, 12, idle_minutes=30)
    unused_for(connection, token, 29)
    assert find_sign_in(connection, token)
    unused_for(connection, token, 31)
    assert find_sign_in(connection, token) is None


def test_use_keeps_a_sign_in_but_not_beyond_its_end(connection, ann):
    token = open_sign_in(connection, ann, 12, idle_minutes=30)
    unused_for(connection, token, 29)
    find_sign_in(connection, token)
    assert find_sign_in(connection, token).expires_in_s == pytest.approx(12 * 3600, abs=60)
    connection.execute(update(sign_in).values(expires_at=text("now()")))
    assert find_sign_in(connection, token) is None


def test_api_token_need_not_be_used_to_last_and_ends_on_its_day(connection, ann):
    token = api_token(connection, ann, days=30)
    unused_for(connection, token, 20 * 24 * 60)
    assert find_sign_in(connection, token).expires_in_s == pytest.approx(30 * 86400, abs=60)


def test_api_token_is_kept_as_its_hash_only(connection, ann):
    token = api_token(connection, ann)
    assert token not in str(connection.execute(text("SELECT * FROM sign_in")).all())


@pytest.mark.parametrize(
    ("name", "days", "code"),
    [
        ("", 1, "bad_name"),
        ("x" * 81, 1, "bad_name"),
        ("a\nb", 1, "bad_name"),
        ("a", 0, "bad_days"),
        ("a", 366, "bad_days"),
    ],
)
def test_api_token_that_will_not_do_is_refused(connection, ann, name, days, code):
    with pytest.raises(InvalidInput) as refused:
        api_token(connection, ann, name, days)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_api_tokens_have_names_of_their_own_and_are_not_without_number(connection, ann, bea):
    api_token(connection, ann)
    with pytest.raises(InvalidInput, match="already"):
        api_token(connection, ann)
    api_token(connection, bea)
    for number in range(19):
        api_token(connection, ann, f"t{number}")
    with pytest.raises(InvalidInput, match="revoke one"):
        api_token(connection, ann, "one too many")


def test_owner_sees_where_each_sign_in_came_from_and_which_is_this(connection, ann, bea):
    here = open_sign_in(connection, ann, 1, address="10.0.0.1", client="Firefox\x00\n" + "x" * 300)
    open_sign_in(connection, bea, 1)
    api_token(connection, ann)
    found = {each.name: each for each in sign_ins(connection, ann, token=here)}
    assert set(found) == {None, "export"}
    assert (found[None].address, found[None].client[:8], len(found[None].client)) == ("10.0.0.1", "Firefoxx", 200)
    assert [found[None].present, found["export"].present] == [True, False]


def test_sign_in_of_another_is_not_there_to_be_revoked(connection, ann, bea):
    token = open_sign_in(connection, ann, 1)
    theirs = sign_ins(connection, ann)[0].id
    with pytest.raises(NotFound):
        revoke_sign_in(connection, bea, theirs)
    assert find_sign_in(connection, token)
    revoke_sign_in(connection, ann, theirs)
    assert find_sign_in(connection, token) is None


def test_signing_out_everywhere_can_leave_the_place_where_one_is(connection, ann, bea):
    here, there = open_sign_in(connection, ann, 1), open_sign_in(connection, ann, 1)
    program, others = api_token(connection, ann), open_sign_in(connection, bea, 1)
    end_sign_ins(connection, ann, but=here)
    assert find_sign_in(connection, here)
    assert find_sign_in(connection, others)
    assert find_sign_in(connection, there) is None
    assert find_sign_in(connection, program) is None


def test_new_password_ends_the_other_sign_ins(connection, ann):
    here, there = open_sign_in(connection, ann, 1), open_sign_in(connection, ann, 1)
    change_password(connection, ann, present=PASSWORD, new="another good one", token=here)
    assert find_sign_in(connection, here)
    assert find_sign_in(connection, there) is None
    assert verify_password(connection, "ann", PASSWORD) is None
    assert verify_password(connection, "ann", "another good one")


@pytest.mark.parametrize(
    ("present", "new", "wrong"),
    [
        ("guessed wrong", "another good one", {"password"}),
        (PASSWORD, "short", {"new_password"}),
        (PASSWORD, PASSWORD, {"new_password"}),
        ("guessed wrong", "short", {"password", "new_password"}),
    ],
)
def test_new_password_that_will_not_do_changes_nothing(connection, ann, present, new, wrong):
    there = open_sign_in(connection, ann, 1)
    with pytest.raises(InvalidInput) as refused:
        change_password(connection, ann, present=present, new=new, token="")
    assert {fault.where for fault in refused.value.faults} == wrong
    assert find_sign_in(connection, there)


def test_password_that_another_chose_has_to_be_changed_once(connection, ann):
    set_password(connection, "ann", "from the administrator", must_change=True)
    token = open_sign_in(connection, ann, 1)
    assert find_sign_in(connection, token).must_change_password
    change_password(connection, ann, present="from the administrator", new="another good one", token=token)
    assert not find_sign_in(connection, token).must_change_password


def test_account_that_is_opened_again_has_its_password_and_no_old_sign_in(connection, ann):
    token = open_sign_in(connection, ann, 1)
    disable_account(connection, "ann")
    enable_account(connection, "ann")
    assert verify_password(connection, "ann", PASSWORD)
    assert find_sign_in(connection, token) is None
