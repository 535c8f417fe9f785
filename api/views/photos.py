"""The photos of a matter, for its pages."""

from __future__ import annotations

from sqlalchemy import Connection

from gis.actor import Actor
from gis.errors import InvalidInput
from gis.files.pictures import CameraDatum, CameraPlace
from gis.geolocation.clues import Clues, Knowledge
from gis.geolocation.decide import decide_with
from gis.issues.attachments import Attachment, attachments
from gis.issues.in_full import IssueInFull
from gis.security.permissions import may
from gis.settings import Settings
from maps.pages.photos import Photo, PhotoHint, PhotoPlace, Photos

_MAY_BE_MEANT: tuple[CameraDatum, ...] = ("wgs84", "gcj02")
"""By EXIF's rules it is WGS84; some phones and programs in China write what they were told in GCJ-02."""


def photos_view(connection: Connection, full: IssueInFull, settings: Settings, *, reader: Actor) -> Photos:
    """A matter's photos, as far as the reader may see them, and what they say of its place."""
    issue = full.issue
    address = f"/api/issues/{issue.id}/attachments"
    if not may(reader, "see_photos"):
        return Photos(address)
    found = attachments(connection, issue.id)
    at_the_desk = reader.role in ("admin", "dispatcher")
    hinted = next((each for each in found if each.hint), None)
    return Photos(
        address,
        shown=tuple(
            Photo(
                f"{address}/{each.id}",
                f"{address}/{each.id}/thumbnail",
                each.created_at,
                each.taken_at,
                removable=at_the_desk or (each.account_id is not None and each.account_id == reader.account_id),
            )
            for each in found
        ),
        hint=_hint(connection, full, hinted, settings) if hinted and may(reader, "pin_issue") else None,
        may_see=True,
        may_add=may(reader, "add_photo") and issue.status not in ("closed", "withdrawn", "merged"),
    )


def _hint(connection: Connection, full: IssueInFull, photo: Attachment, settings: Settings) -> PhotoHint:
    assert photo.hint is not None
    readings = (photo.hint.datum,) if photo.hint.said else _MAY_BE_MEANT
    knowledge = Knowledge.current(connection)
    places = tuple(PhotoPlace(crs, _grid(knowledge, photo.hint, crs, full, settings)) for crs in readings)
    return PhotoHint(f"/api/issues/{full.issue.id}/attachments/{photo.id}/hint", places)


def _grid(knowledge: Knowledge, place: CameraPlace, crs: CameraDatum, full: IssueInFull, settings: Settings) -> str:
    clues = Clues(lon=place.lon, lat=place.lat, crs=crs, accuracy_m=0, community=full.issue.community)
    try:
        grid = decide_with(knowledge, clues, at=full.issue.reported_at, settings=settings).grid
    except InvalidInput:
        return ""
    return (grid.name or grid.code) if grid else ""
