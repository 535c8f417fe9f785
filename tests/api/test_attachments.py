"""Photos over HTTP: what is stored of them, who sees them, and what they say of a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from gis.actor import SYSTEM
from gis.files.store import Store
from gis.issues import attachments as domain
from gis.issues.attachments import MOST_OF_A_MATTER, leftovers
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import attachment, audit_log
from tests.photos import SECRET, photo, pixels

IN_G1 = {"lon": 107.0004, "lat": 29.0004}


def add(client: Any, matter: Any, *photos: bytes, name: str = "../../IMG.jpg") -> Any:
    sent = [("photos", (name, each, "image/svg+xml")) for each in photos]
    return client.post(f"/api/issues/{matter['id']}/attachments", files=sent)


def one(client: Any, matter: Any, *photos: bytes) -> Any:
    answer = add(client, matter, *photos)
    assert answer.status_code == 201, answer.text
    return answer.json()["attachments"][0]


@pytest.fixture
def matter(report: Callable[..., Any]) -> Any:
    return report("井盖坏了", location=IN_G1)


@pytest.fixture
def lost(report: Callable[..., Any]) -> Any:
    """A matter whose place nobody knows."""
    return report("楼道灯坏了")


@pytest.fixture
def stored(settings: Settings) -> Callable[[], Iterator[bytes]]:
    """All that lies in the folder of photos."""
    return lambda: (path.read_bytes() for path in (settings.home / "attachments").rglob("*") if path.is_file())


def test_photo_is_added_listed_and_looked_at(client_for, matter) -> None:
    worker = client_for("worker")
    added = one(worker, matter, photo(3000, 2000, taken="2024:06:01 12:00:00"))
    assert (added["width_px"], added["height_px"], added["media_type"]) == (2048, 1365, "image/jpeg")
    assert added["taken_at"] == "2024-06-01T04:00:00Z"
    listed = client_for("dispatcher").get(f"/api/issues/{matter['id']}/attachments").json()["attachments"]
    assert listed == [added]
    shown, small = worker.get(added["picture"]), worker.get(added["thumbnail"])
    assert pixels(shown.content).size == (2048, 1365)
    assert pixels(small.content).size == (320, 213)
    for answer in (shown, small):
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"] == f'inline; filename="{matter["id"]}-{added["id"]}.jpg"'
        assert answer.headers["cache-control"] == "private, max-age=300"
        assert "Cookie" in answer.headers["vary"]


def test_nothing_of_the_file_but_its_pixels_is_answered_and_not_even_those_are_stored_in_clear(
    client_for, matter, stored
) -> None:
    worker = client_for("worker")
    added = one(worker, matter, photo(lon=107.0005, lat=29.0005, comment=SECRET) + SECRET)
    for piece in (added["picture"], added["thumbnail"]):
        assert SECRET not in worker.get(piece).content
        assert b"Exif" not in worker.get(piece).content
    for content in stored():
        assert SECRET not in content
        assert b"JFIF" not in content
        assert not content.startswith(b"\xff\xd8")


def test_several_are_added_or_none(client_for, matter) -> None:
    worker = client_for("worker")
    refused = add(worker, matter, photo(), b"<svg onload=alert(1)>", photo()[:300])
    assert refused.status_code == 422
    told = [(each["where"], each["code"]) for each in refused.json()["errors"]]
    assert told == [("photos.1", "content"), ("photos.2", "unreadable")]
    assert worker.get(f"/api/issues/{matter['id']}/attachments").json()["attachments"] == []
    assert len(add(worker, matter, photo(), photo(colour="blue")).json()["attachments"]) == 2


def test_photo_that_is_sent_again_is_the_same_one(client_for, matter, settings) -> None:
    worker, taken = client_for("worker"), photo()
    assert one(worker, matter, taken) == one(worker, matter, taken)
    events = worker.get(f"/api/issues/{matter['id']}/timeline").json()["events"]
    assert [each["kind"] for each in events].count("photo_added") == 1


def test_photo_that_is_too_large_is_refused_and_a_large_one_is_not(client_for, matter) -> None:
    worker = client_for("worker")
    assert add(worker, matter, photo() + bytes(14_000_000)).status_code == 201
    refused = add(worker, matter, photo() + bytes(16_000_000))
    assert [each["code"] for each in refused.json()["errors"]] == ["too_large"]
    assert add(worker, matter, bytes(46_000_000)).status_code == 413


def test_matter_has_no_more_photos_than_it_may(client_for, matter, monkeypatch) -> None:
    monkeypatch.setattr(domain, "MOST_OF_A_MATTER", 2)
    assert MOST_OF_A_MATTER > 2
    worker = client_for("worker")
    assert add(worker, matter, photo(), photo(colour="blue")).status_code == 201
    assert add(worker, matter, photo(colour="green")).json()["errors"][0]["code"] == "too_many"
    assert add(worker, matter, *[photo()] * 10).json()["errors"][0]["code"] == "too_many"


def test_matter_that_is_over_takes_no_photo(admin, matter) -> None:
    step = {"to": "withdrawn", "note": "误报"}
    admin.post(f"/api/issues/{matter['id']}/transitions", json=step, headers={"if-match": "*"})
    assert add(admin, matter, photo()).status_code == 409


def test_officials_and_planners_see_no_photos(client_for, matter) -> None:
    added = one(client_for("worker"), matter, photo())
    for role in ("official", "planner", "intake"):
        client = client_for(role)
        for path in (f"/api/issues/{matter['id']}/attachments", added["picture"], added["thumbnail"]):
            assert client.get(path).status_code == 403


def test_photo_of_a_matter_out_of_sight_is_not_there(client_for, report) -> None:
    foreign = report("别处", location={"lon": 107.0025, "lat": 29.0005})
    added = one(client_for("dispatcher"), foreign, photo())
    worker = client_for("worker")
    assert add(worker, foreign, photo()).status_code == 404
    for path in (f"/api/issues/{foreign['id']}/attachments", added["picture"], added["thumbnail"]):
        assert worker.get(path).status_code == 404
    assert worker.delete(added["picture"]).status_code == 404


def test_photo_is_found_under_its_own_matter_only(admin, report, matter) -> None:
    added, other = one(admin, matter, photo()), report("另一件", location=IN_G1)
    assert admin.get(f"/api/issues/{other['id']}/attachments/{added['id']}").status_code == 404
    for wrong in ("0", "x", "999999999999"):
        assert admin.get(f"/api/issues/{matter['id']}/attachments/{wrong}").status_code == 404


def test_photo_is_removed_by_who_added_it_or_the_desk(client_for, matter, stored, town_engine: Engine) -> None:
    worker, desk = client_for("worker"), client_for("dispatcher")
    own, before = one(worker, matter, photo()), len(list(stored()))
    assert client_for("group_head").delete(own["picture"]).status_code == 403
    assert worker.delete(own["picture"]).status_code == 204
    assert worker.get(own["picture"]).status_code == 404
    assert len(list(stored())) == before - 2
    assert desk.delete(one(worker, matter, photo())["picture"]).status_code == 204
    kinds = [each["kind"] for each in worker.get(f"/api/issues/{matter['id']}/timeline").json()["events"]]
    assert kinds[1:] == ["photo_added", "photo_removed"] * 2


def test_opening_a_photo_is_on_record_and_a_thumbnail_is_not(client_for, matter, town_engine: Engine) -> None:
    worker = client_for("worker")
    added = one(worker, matter, photo())
    worker.get(added["thumbnail"])
    worker.get(added["picture"])
    query = select(audit_log.c.actor, audit_log.c.detail).where(
        audit_log.c.action == "photo", audit_log.c.issue_id == int(matter["id"])
    )
    with transaction(town_engine, SYSTEM) as connection:
        assert connection.execute(query).all() == [("worker", {"photo": int(added["id"])})]


def test_place_of_the_camera_is_offered_to_a_matter_without_one_and_then_forgotten(
    client_for, lost, town_engine: Engine
) -> None:
    desk = client_for("dispatcher")
    added = one(desk, lost, photo(lon=107.0005, lat=29.0005), photo(colour="blue", lon=107.0015, lat=29.0005))
    assert added["hint"] == {"lon": 107.0005, "lat": 29.0005, "crs": "wgs84", "said": False}
    located = desk.post(f"{added['picture']}/hint", json={"crs": "wgs84"})
    assert located.json()["grid"]["code"] == "G1"
    listed = desk.get(f"/api/issues/{lost['id']}/attachments").json()["attachments"]
    assert [each["hint"] for each in listed] == [None, None]
    assert desk.post(f"{added['picture']}/hint", json={"crs": "wgs84"}).status_code == 409
    with transaction(town_engine, SYSTEM) as connection:
        kept = select(func.count()).where(
            attachment.c.issue_id == int(lost["id"]),
            func.coalesce(attachment.c.hint_lon, attachment.c.hint_lat).is_not(None),
        )
        assert connection.scalar(kept) == 0


def test_place_of_the_camera_may_be_refused(client_for, lost) -> None:
    desk = client_for("dispatcher")
    added = one(desk, lost, photo(lon=107.0005, lat=29.0005))
    assert desk.post(f"{added['picture']}/hint", json={"crs": "none"}).json()["grid"] is None
    assert desk.get(f"/api/issues/{lost['id']}/attachments").json()["attachments"][0]["hint"] is None


def test_place_of_the_camera_is_not_kept_for_a_matter_that_has_one(client_for, matter) -> None:
    assert one(client_for("worker"), matter, photo(lon=107.0015, lat=29.0005))["hint"] is None


def test_place_of_the_camera_is_forgotten_when_a_matter_is_withdrawn(admin, lost) -> None:
    added = one(admin, lost, photo(lon=107.0005, lat=29.0005))
    step = {"to": "withdrawn", "note": "误报"}
    admin.post(f"/api/issues/{lost['id']}/transitions", json=step, headers={"if-match": "*"})
    assert admin.post(f"{added['picture']}/hint", json={"crs": "none"}).status_code == 409


def test_what_belongs_to_no_photo_is_found_once_it_is_old(
    admin, matter, town_engine: Engine, settings: Settings, tmp_path: Path, monkeypatch
) -> None:
    one(admin, matter, photo())
    store = Store.of(settings)
    orphan = store.put(b"of a transaction that failed")
    with transaction(town_engine, SYSTEM) as connection:
        assert leftovers(connection, store) == []
        monkeypatch.setattr(domain, "LEFT_OVER_AFTER", -domain.LEFT_OVER_AFTER)
        held = connection.execute(select(attachment.c.picture, attachment.c.thumbnail)).all()
        left = leftovers(connection, store)
    assert orphan in left
    assert not {name for row in held for name in row} & set(left)
    store.delete([orphan])


def test_picture_that_was_exchanged_for_another_does_not_open(client_for, matter, town_engine: Engine) -> None:
    worker = client_for("worker")
    first, second = one(worker, matter, photo()), one(worker, matter, photo(colour="blue"))
    with transaction(town_engine, SYSTEM) as connection:
        rows = {
            row.id: row
            for row in connection.execute(select(attachment.c.id, attachment.c.picture, attachment.c.thumbnail))
        }
        names = rows[int(first["id"])]
        connection.execute(update(attachment).where(attachment.c.id == int(first["id"])).values(picture="x"))
        moved = update(attachment).where(attachment.c.id == int(second["id"]))
        connection.execute(moved.values(picture=names.picture))
    assert worker.get(second["picture"]).status_code == 503
