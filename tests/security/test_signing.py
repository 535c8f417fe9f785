"""What was signed is told from what was changed, and from what is not ours."""

from __future__ import annotations

import string
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

from gis.actor import Actor
from gis.security.signed_file import check, with_signature
from gis.security.signing import FOR, PublicKey, holds, key_id, public_keys, renew, sign
from gis.storage.session import acting
from gis.storage.tables import signing_key

CONTENT = "<html>事项</html>\n".encode()
OFFICIAL = Actor(name="official", role="official", account_id=0)
# The first key and signature of RFC 8032, section 7.1, are over an empty message without what we put before it.
STRANGER = PublicKey(
    bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), datetime(2023, 1, 1, tzinfo=UTC)
)


@pytest.fixture
def signed(connection: Connection) -> bytes:
    return with_signature(CONTENT, *sign(connection, CONTENT))


def test_file_is_valid_as_it_was_signed(connection: Connection, signed: bytes) -> None:
    checked = check(signed, public_keys(connection))
    assert (checked.verdict, checked.content) == ("valid", CONTENT)
    assert signed.startswith(CONTENT)


def without_a_database() -> tuple[PublicKey, bytes]:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    made = with_signature(CONTENT, key_id(public), key.sign(FOR + CONTENT))
    return PublicKey(public, datetime.now(UTC)), made


KEY, FILE = without_a_database()


@given(at=st.integers(0, len(FILE) - 1), other=st.integers(0, 255))
def test_any_changed_byte_is_found(at: int, other: int) -> None:
    changed = FILE[:at] + bytes([other]) + FILE[at + 1 :]
    assert (check(changed, [KEY]).verdict == "valid") == (changed == FILE)


def test_signature_has_one_spelling() -> None:
    last = FILE.index(b" -->\n") - 1
    letters = (string.ascii_letters + string.digits + "-_").encode()
    spellings = [FILE[:last] + bytes([letter]) + FILE[last + 1 :] for letter in letters]
    assert [each for each in spellings if check(each, [KEY]).verdict == "valid"] == [FILE]


@pytest.mark.parametrize("more", [b"x", b"\n", b"<script>alert(1)</script>\n", b" "])
def test_nothing_may_follow_the_signature(connection: Connection, signed: bytes, more: bytes) -> None:
    assert check(signed + more, public_keys(connection)).verdict == "changed"


def test_file_of_another_service_and_one_unsigned_are_not_ours(connection: Connection, signed: bytes) -> None:
    assert check(signed, [STRANGER]).verdict == "not_ours"
    assert check(CONTENT, public_keys(connection)).verdict == "not_ours"
    assert check(b"", public_keys(connection)).verdict == "not_ours"


def test_signature_is_for_files_only() -> None:
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    assert not holds(STRANGER.public, signature, b"")


def test_one_key_signs_until_it_is_renewed_and_what_it_signed_stays_ours(connection: Connection, signed: bytes) -> None:
    again, _ = sign(connection, b"more\n")
    first = public_keys(connection)
    assert [key.id for key in first] == [again]
    made = renew(connection)
    now, _ = sign(connection, b"more\n")
    assert now == made.id != again
    keys = public_keys(connection)
    assert [key.id for key in keys] == [now, again]
    assert [key.retired_at is None for key in keys] == [True, False]
    assert check(signed, keys).verdict == "valid"
    sealed = connection.scalars(select(signing_key.c.secret_sealed).order_by(signing_key.c.id)).all()
    assert sealed[0] is None
    assert sealed[1] is not None


def test_what_a_stolen_key_signed_is_no_longer_ours(connection: Connection, signed: bytes) -> None:
    renew(connection, distrust=True)
    assert check(signed, public_keys(connection)).verdict == "not_ours"


def test_reader_has_the_service_sign_and_sees_no_secret(connection: Connection) -> None:
    with acting(connection, OFFICIAL):
        id, _ = sign(connection, CONTENT)
        assert [key.id for key in public_keys(connection)] == [id]
        assert connection.scalar(text("SELECT count(*) FROM signing_key")) == 0


def test_secret_is_not_in_the_database_in_clear(connection: Connection) -> None:
    sign(connection, CONTENT)
    public, sealed = connection.execute(select(signing_key.c.public, signing_key.c.secret_sealed)).one()
    assert len(public) == 32
    assert sealed[0] == 1
    assert len(sealed) > 44 + 28
