"""Photos of a matter: adding, looking at, removing them, and what they say of its place.

A picture is sealed by a key of its own before it is stored, and stored before its row is committed: what has no row
is left over and opens for nobody, and `leftovers` finds it. Each opening of a picture is on record; a thumbnail is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select

from gis.actor import Actor
from gis.boundaries.areas import DEFAULT_TIME_ZONE
from gis.errors import Conflict, Denied, Fault, InvalidInput, NotFound, Term, said
from gis.files.pictures import MEDIA_TYPE, CameraDatum, CameraPlace, Picture
from gis.files.store import Store
from gis.issues.record import ByHand, drop_hints, pin
from gis.security.audit import Subject
from gis.security.audit import record as note_in_audit
from gis.security.envelope import Envelope
from gis.security.permissions import demand
from gis.security.sealed import ATTACHMENT_KEY
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.tables import OPEN, area, attachment, issue, issue_event

MOST_OF_A_MATTER = 30
MOST_AT_ONCE = 9
LEFT_OVER_AFTER = timedelta(days=1)
"""A piece that is younger may be that of a transaction which has not been committed yet."""
_DIGEST = "attachment.digest"
_OVER = ("closed", "withdrawn", "merged")

Piece = Literal["picture", "thumbnail"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """One photo; `hint` is where its camera says that it was, while the matter waits for a place."""

    id: int
    issue_id: int
    media_type: str
    width_px: int
    height_px: int
    bytes: int
    taken_at: datetime | None
    account_id: int | None
    created_at: datetime
    hint: CameraPlace | None


def camera_clock(connection: Connection, issue_id: int) -> ZoneInfo:
    """The clock that cameras run by where a matter is. Raises NotFound for a matter out of sight."""
    query = select(issue.c.id, area.c.time_zone).outerjoin(area, area.c.id == issue.c.community_id)
    row = connection.execute(query.where(issue.c.id == issue_id)).one_or_none()
    if row is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    return ZoneInfo(row.time_zone or DEFAULT_TIME_ZONE)


def attach(
    connection: Connection, issue_id: int, pictures: Sequence[Picture], *, store: Store, actor: Actor
) -> list[Attachment]:
    """Add photos to a matter. One that it has already is not added again, and given as it is.

    Raises NotFound for a matter out of sight, Conflict for one that is over, InvalidInput for too many, Denied.
    """
    demand(actor, "add_photo")
    row = connection.execute(select(issue).where(issue.c.id == issue_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    if row.status in _OVER:
        raise Conflict(
            said(
                "Issue {issue_id} is {status}: reopen it to add a photo.",
                issue_id=issue_id,
                status=Term("status", row.status),
            )
        )
    known = set(connection.scalars(select(attachment.c.digest).where(attachment.c.issue_id == issue_id)))
    digests = [_digest(connection, picture) for picture in pictures]
    new = {digest: each for digest, each in zip(digests, pictures, strict=True) if digest not in known}
    if len(known) + len(new) > MOST_OF_A_MATTER:
        reason = said(
            "a matter has at most {most} photos, and this one has {count}",
            most=MOST_OF_A_MATTER,
            count=len(known),
        )
        raise InvalidInput([Fault("photos", "too_many", reason)])
    unsure = row.status in OPEN and (row.grid_id is None or row.doubt is not None or row.geom is None)
    for digest, picture in new.items():
        values = _stored(connection, digest, picture, store) | _hint(picture.place if unsure else None)
        connection.execute(insert(attachment).values(issue_id=issue_id, account_id=actor.account_id, **values))
    if new:
        _note(connection, issue_id, actor, "photo_added", {"photos": len(new)})
    found = {bytes(each.digest): each for each in connection.execute(_query(issue_id))}
    return [_read(found[digest]) for digest in digests]


def attachments(connection: Connection, issue_id: int) -> list[Attachment]:
    """The photos of a matter, in the order in which they were added."""
    return [_read(row) for row in connection.execute(_query(issue_id).order_by(attachment.c.id))]


def opened(
    connection: Connection, issue_id: int, attachment_id: int, piece: Piece, *, store: Store, actor: Actor
) -> bytes:
    """A picture or its thumbnail, as JPEG. Raises NotFound, and Unavailable where the store or the key is away."""
    demand(actor, "see_photos")
    row = _one(connection, issue_id, attachment_id)
    envelope = Envelope.of(ATTACHMENT_KEY.open(vault_of(connection), row.key_sealed) or "")
    if piece == "picture":
        seen = {"photo": attachment_id}
        note_in_audit(connection, actor, "photo", subject=Subject("issue", issue_id), issue_id=issue_id, detail=seen)
    return envelope.open(store.get(getattr(row, piece)), of=_bound(piece, row.digest))


def remove(connection: Connection, issue_id: int, attachment_id: int, *, actor: Actor) -> list[str]:
    """Remove a photo, and give the names in the store that may go once that is committed.

    Raises NotFound, and Denied for who neither added it nor works at the desk.
    """
    row = _one(connection, issue_id, attachment_id)
    if actor.role not in ("admin", "dispatcher") and (row.account_id is None or row.account_id != actor.account_id):
        raise Denied(said("Who added a photo may remove it, and the dispatchers."))
    connection.execute(delete(attachment).where(attachment.c.id == attachment_id))
    _note(connection, issue_id, actor, "photo_removed", {"photos": 1})
    return [row.picture, row.thumbnail]


def settle_hint(
    connection: Connection,
    issue_id: int,
    attachment_id: int,
    datum: CameraDatum | None,
    *,
    settings: Settings,
    actor: Actor,
) -> None:
    """Pin a matter to where a photo was taken, read in this datum, or (None) to nowhere; its hints are forgotten.

    Raises as `pin`, and Conflict where there is no hint any more.
    """
    demand(actor, "pin_issue")
    row = _one(connection, issue_id, attachment_id)
    if row.hint_lon is None:
        raise Conflict(said("The place of this photo has been decided on already."))
    if datum is None:
        drop_hints(connection, issue_id)
    else:
        place = ByHand(lon=row.hint_lon, lat=row.hint_lat, crs=datum)
        pin(connection, issue_id, place, settings=settings, actor=actor)


def leftovers(connection: Connection, store: Store) -> list[str]:
    """What is in the store and belongs to no photo: removed ones, and those whose transaction failed."""
    before = datetime.now(UTC) - LEFT_OVER_AFTER
    stored = set(store.names(before=before))
    held = connection.execute(select(attachment.c.picture, attachment.c.thumbnail))
    return sorted(stored.difference(name for row in held for name in row))


def _stored(connection: Connection, digest: bytes, picture: Picture, store: Store) -> dict[str, Any]:
    """Put a picture into the store; the columns that find and open it."""
    envelope = Envelope.new()
    pieces: Iterable[tuple[Piece, bytes]] = (("picture", picture.full), ("thumbnail", picture.thumbnail))
    return {
        **{piece: store.put(envelope.seal(clear, of=_bound(piece, digest))) for piece, clear in pieces},
        **ATTACHMENT_KEY.values(vault_of(connection), envelope.key),
        "digest": digest,
        "media_type": MEDIA_TYPE,
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "bytes": len(picture.full),
        "taken_at": picture.taken_at,
    }


def _hint(place: CameraPlace | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {"hint_lon": place.lon, "hint_lat": place.lat, "hint_datum": place.datum if place.said else None}


def _digest(connection: Connection, picture: Picture) -> bytes:
    return vault_of(connection).digests(hashlib.sha256(picture.full).hexdigest(), of=_DIGEST)[0]


def _bound(piece: Piece, digest: bytes) -> bytes:
    return piece.encode() + digest


def _query(issue_id: int) -> Any:
    return select(attachment).where(attachment.c.issue_id == issue_id)


def _one(connection: Connection, issue_id: int, attachment_id: int) -> Row[Any]:
    row: Row[Any] | None = connection.execute(_query(issue_id).where(attachment.c.id == attachment_id)).one_or_none()
    if row is None:
        raise NotFound(
            said("Issue {issue_id} has no photo {attachment_id}.", issue_id=issue_id, attachment_id=attachment_id)
        )
    return row


def _read(row: Row[Any]) -> Attachment:
    hint = None
    if row.hint_lon is not None:
        hint = CameraPlace(row.hint_lon, row.hint_lat, row.hint_datum or "wgs84", said=row.hint_datum is not None)
    return Attachment(
        id=row.id,
        issue_id=row.issue_id,
        media_type=row.media_type,
        width_px=row.width_px,
        height_px=row.height_px,
        bytes=row.bytes,
        taken_at=row.taken_at,
        account_id=row.account_id,
        created_at=row.created_at,
        hint=hint,
    )


def _note(connection: Connection, issue_id: int, actor: Actor, kind: str, detail: dict[str, Any]) -> None:
    connection.execute(insert(issue_event).values(issue_id=issue_id, actor=actor.name, kind=kind, detail=detail))
