"""Where photos are kept: a folder, and a bucket of an independent S3 server. Each test runs with both."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from pydantic import SecretStr, ValidationError

from gis.errors import NotFound, Unavailable
from gis.files.store import FOLDER, Store
from gis.settings import Settings

DATA = b"sealed" * 1000


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3 and shares no code with our client, with a bucket in it."""
    program = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    server = subprocess.Popen(program, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert server.stderr
    for line in server.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    address = found[0]
    urlopen(Request(f"{address}/photos", method="PUT")).close()
    yield address
    server.terminate()
    server.communicate()


def in_bucket(folder: Path, address: str, **changed: Any) -> Settings:
    signing = {"attachments_key_id": "key", "attachments_secret_key": SecretStr("secret")}
    given = {"attachments_url": "s3://photos/town/a", "attachments_endpoint": address} | signing
    return Settings(home=folder, **(given | changed))


@pytest.fixture(params=["folder", "bucket"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "folder":
        return Settings(home=tmp_path)
    return in_bucket(tmp_path, request.getfixturevalue("s3"))


@pytest.fixture
def later() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def test_what_is_put_is_found_by_its_name(settings: Settings) -> None:
    name = Store.of(settings).put(DATA)
    assert Store.of(settings).get(name) == DATA
    assert Store.of(settings).put(DATA) == name


def test_what_was_deleted_is_not_there_and_may_be_deleted_again(settings: Settings) -> None:
    store = Store.of(settings)
    name = store.put(b"soon gone")
    store.delete([name, name, "0" * 64])
    with pytest.raises(NotFound):
        store.get(name)


def test_names_are_listed_by_age(settings: Settings, later: datetime) -> None:
    store = Store.of(settings)
    names = {store.put(b"one"), store.put(b"two")}
    assert names <= set(store.names(before=later))
    assert list(store.names(before=later - timedelta(days=2))) == []


def test_what_was_exchanged_under_a_name_is_not_given_out(tmp_path: Path) -> None:
    store = Store.of(Settings(home=tmp_path))
    name = store.put(DATA)
    (tmp_path / FOLDER / name[:2] / name[2:]).write_bytes(b"another")
    with pytest.raises(NotFound):
        store.get(name)


def test_prefix_keeps_two_services_apart_in_one_bucket(tmp_path: Path, s3: str, later: datetime) -> None:
    one, two = (Store.of(in_bucket(tmp_path, s3, attachments_url=f"s3://photos/{name}")) for name in ("one", "two"))
    name = one.put(b"of the first")
    assert list(one.names(before=later)) == [name]
    assert list(two.names(before=later)) == []
    with pytest.raises(NotFound):
        two.get(name)


@pytest.mark.parametrize(
    "unfit",
    [
        lambda folder, address: in_bucket(folder, address, attachments_url="s3://there-is-none"),
        lambda folder, address: in_bucket(folder, "http://127.0.0.1:9"),
    ],
    ids=["no bucket", "no server"],
)
def test_store_that_is_away_is_said_to_be(unfit: Callable[[Path, str], Settings], tmp_path: Path, s3: str) -> None:
    began = time.monotonic()
    with pytest.raises((Unavailable, NotFound)) as raised:
        Store.of(unfit(tmp_path, s3)).put(DATA)
    assert "secret" not in str(raised.value)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("url", ["https://bucket", "s3://", "s3://UPPER", "s3://a/b?c=d", "file:///etc"])
def test_address_that_is_no_bucket_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Settings(home=tmp_path, attachments_url=url)
