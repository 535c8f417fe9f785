"""The vault by itself: what opens, what does not, and where its keys come from."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Engine

from gis.errors import Unavailable
from gis.security.keys import KEY_BYTES, KeyFile, key_path, new_key
from gis.security.vault import Vault, vault_of
from gis.settings import Settings
from gis.storage.session import create_engine

unhurried = example_settings(deadline=None)
PHONE = "resident.phone"
CLEAR = "13812345678"


def a_vault(*numbers: int) -> Vault:
    """A vault with keys that are told apart by their number."""
    keys = ",".join(base64.b64encode(bytes([number]) * KEY_BYTES).decode() for number in numbers)
    return Vault.of(Settings(data_keys=SecretStr(keys)))


@unhurried
@given(clear=st.text(st.characters(codec="utf-8")))
def test_what_was_sealed_opens(clear: str) -> None:
    vault = a_vault(1)
    assert vault.open(vault.seal(clear, of=PHONE), of=PHONE) == clear


def test_same_value_is_never_sealed_the_same() -> None:
    vault = a_vault(1)
    assert vault.seal(CLEAR, of=PHONE) != vault.seal(CLEAR, of=PHONE)


def test_sealed_value_of_one_column_does_not_open_in_another() -> None:
    vault = a_vault(1)
    with pytest.raises(Unavailable, match=r"worker\.phone does not open"):
        vault.open(vault.seal(CLEAR, of=PHONE), of="worker.phone")


@unhurried
@given(at=st.integers(0, 47), flip=st.integers(1, 255))
def test_changed_value_does_not_open(at: int, flip: int) -> None:
    vault = a_vault(1)
    sealed = bytearray(vault.seal(CLEAR, of=PHONE))
    sealed[at] ^= flip
    if at == 0:
        return  # the version
    with pytest.raises(Unavailable):
        vault.open(bytes(sealed), of=PHONE)


def test_other_key_is_told_with_what_to_do() -> None:
    with pytest.raises(Unavailable, match="Put it back, from the backup"):
        a_vault(2).open(a_vault(1).seal(CLEAR, of=PHONE), of=PHONE)


def test_new_values_take_the_first_key_and_older_ones_open_by_theirs() -> None:
    old, both, new = a_vault(1), a_vault(2, 1), a_vault(2)
    assert both.open(old.seal(CLEAR, of=PHONE), of=PHONE) == CLEAR
    assert new.open(both.seal(CLEAR, of=PHONE), of=PHONE) == CLEAR
    assert both.digests(CLEAR, of=PHONE) == [*new.digests(CLEAR, of=PHONE), *old.digests(CLEAR, of=PHONE)]


def test_hash_differs_by_column_and_key() -> None:
    hashes = [a_vault(key).digests(CLEAR, of=of)[0] for key in (1, 2) for of in (PHONE, "worker.phone")]
    assert len(set(hashes)) == 4


def test_key_is_made_at_first_need_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, data_keys=None)
    vault = Vault.of(settings)
    path = key_path(settings)
    assert not path.exists()
    sealed = vault.seal(CLEAR, of=PHONE)
    assert path == tmp_path / "keys" / "data.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert Vault.of(settings).open(sealed, of=PHONE) == CLEAR


def test_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from gis.security.keys import KeyFile; "
        "sys.stdin.read(1); print(KeyFile(Path(sys.argv[1])).keys()[0].id.hex())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "keys" / "data.key")]
    ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, env=dict(os.environ, PYTHONPATH="."), **ends) for _ in range(4)]
    for process in started:
        process.stdin.write("x")
        process.stdin.flush()
    assert len({process.communicate()[0] for process in started}) == 1


def test_new_key_in_the_file_is_taken_by_who_has_read_it_before(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "data.key")
    vault = Vault(KeyFile(file.path).keys)
    sealed = vault.seal(CLEAR, of=PHONE)
    file.replace((new_key(), *file.keys()))
    assert len(vault.key_ids) == 2
    assert vault.open(sealed, of=PHONE) == CLEAR


@pytest.mark.parametrize("content", ["", "not a key", "AAAA\n", "\xff\xfe"])
def test_file_that_holds_no_key_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "data.key"
    path.touch(mode=0o600)
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(Unavailable, match=r"data\.key.*Put back the right key"):
        KeyFile(path).keys()


def test_key_file_that_others_may_read_or_that_is_gone_is_refused(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "data.key")
    file.keys()
    file.path.chmod(0o640)
    with pytest.raises(Unavailable, match="chmod 600"):
        KeyFile(file.path).keys()
    file.path.unlink()
    with pytest.raises(Unavailable, match="is gone"):
        file.keys()


def test_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(Unavailable, match="cannot be used"):
        Vault.of(Settings(home=tmp_path)).seal(CLEAR, of=PHONE)


def test_setting_that_is_no_key_is_told_without_showing_it() -> None:
    with pytest.raises(Unavailable, match="DUALGRID_DATA_KEYS, key 2") as told:
        Vault.of(Settings(data_keys=SecretStr(base64.b64encode(bytes(32)).decode() + ",c2VjcmV0")))
    assert "c2VjcmV0" not in told.value.message


def test_connection_without_a_vault_says_so(engine: Engine) -> None:
    bare = create_engine(engine.url.render_as_string(hide_password=False))
    with bare.connect() as connection, pytest.raises(Unavailable, match="without the key"):
        vault_of(connection)
    bare.dispose()
