"""`/api/issues/{id}/attachments`: photos of a matter.

A photo is taken by what it is, made small, stripped of all but its pixels and stored sealed. Each opening of a
picture is in the audit log; thumbnails are not.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response, UploadFile
from fastapi import File as Part

from api.deps import Acting, Begin, PhotoStore, SettingsNow, problems, requires
from api.ids import row_id
from api.routes.issues import issue_number
from api.schemas.attachments import AttachmentOut, AttachmentsOut, HintIn
from api.schemas.issues import IssueOut
from gis.actor import SYSTEM
from gis.errors import Fault, InvalidInput, said
from gis.files.pictures import MEDIA_TYPE, Picture, read_picture
from gis.issues.attachments import (
    MOST_AT_ONCE,
    Piece,
    attach,
    attachments,
    camera_clock,
    opened,
    remove,
    settle_hint,
)
from gis.issues.in_full import issue_in_full
from gis.settings import Settings
from gis.storage.session import acting

router = APIRouter(prefix="/api/issues/{id}/attachments", tags=["issues"], responses=problems(401, 403, 404, 422, 503))


class JPEG(Response):
    media_type = MEDIA_TYPE


@router.post("", status_code=201, responses=problems(409, 413), dependencies=[requires("add_photo")])
def add_photos(
    id: str,
    photos: Annotated[list[UploadFile], Part(description="JPEG, PNG or WebP, whatever they are called")],
    begin: Begin,
    settings: SettingsNow,
    store: PhotoStore,
    actor: Acting,
) -> AttachmentsOut:
    """Add photos, all or none of them; one that the matter has already is not added again."""
    issue_id = issue_number(id)
    with begin() as connection:
        zone = camera_clock(connection, issue_id)
    faults: list[Fault] = []
    pictures: list[Picture] = []
    if len(photos) > MOST_AT_ONCE:
        raise InvalidInput([Fault("photos", "too_many", said("may be at most {most} at once", most=MOST_AT_ONCE))])
    for number, photo in enumerate(photos):
        try:
            pictures.append(read_picture(_content(photo, settings), where=f"photos.{number}", zone=zone))
        except InvalidInput as error:
            faults += [Fault(f"photos.{number}", each.code, each.reason) for each in error.faults]
    if faults:
        raise InvalidInput(faults)
    with begin() as connection:
        added = attach(connection, issue_id, pictures, store=store, actor=actor)
    return AttachmentsOut(attachments=[AttachmentOut.of(each) for each in added])


@router.get("", dependencies=[requires("see_photos")])
def list_photos(id: str, begin: Begin) -> AttachmentsOut:
    """The photos of a matter, in the order in which they were added."""
    issue_id = issue_number(id)
    with begin() as connection:
        camera_clock(connection, issue_id)
        return AttachmentsOut(attachments=[AttachmentOut.of(each) for each in attachments(connection, issue_id)])


@router.get("/{attachment}", response_class=JPEG, dependencies=[requires("see_photos")])
def show_photo(id: str, attachment: str, begin: Begin, store: PhotoStore, actor: Acting) -> Response:
    """A photo; that it was looked at is put on record."""
    return _piece(id, attachment, "picture", begin, store, actor)


@router.get("/{attachment}/thumbnail", response_class=JPEG, dependencies=[requires("see_photos")])
def show_thumbnail(id: str, attachment: str, begin: Begin, store: PhotoStore, actor: Acting) -> Response:
    """A photo as small as a list shows it."""
    return _piece(id, attachment, "thumbnail", begin, store, actor)


@router.delete("/{attachment}", status_code=204, dependencies=[requires("add_photo")])
def remove_photo(id: str, attachment: str, begin: Begin, store: PhotoStore, actor: Acting) -> None:
    """Remove a photo: who added it may, and the dispatchers."""
    with begin() as connection:
        names = remove(connection, issue_number(id), row_id(attachment, "photo"), actor=actor)
    store.delete(names)


@router.post(
    "/{attachment}/hint", response_model=IssueOut, responses=problems(409, 413), dependencies=[requires("pin_issue")]
)
def decide_on_hint(
    id: str, attachment: str, wanted: HintIn, begin: Begin, settings: SettingsNow, actor: Acting
) -> IssueOut:
    """Pin a matter to where its photo was taken, or say that this is not its place."""
    issue_id = issue_number(id)
    datum = None if wanted.crs == "none" else wanted.crs
    with begin() as connection:
        settle_hint(connection, issue_id, row_id(attachment, "photo"), datum, settings=settings, actor=actor)
        with acting(connection, SYSTEM):  # where it went is told also to who no longer sees it there
            return IssueOut.of(issue_in_full(connection, issue_id))


def _content(photo: UploadFile, settings: Settings) -> bytes:
    most = int(settings.photo_megabytes * 1_000_000)
    content = photo.file.read(most + 1)
    if len(content) > most:
        reason = said("it is larger than {most:g} MB", most=settings.photo_megabytes)
        raise InvalidInput([Fault("photo", "too_large", reason)])
    return content


def _piece(id: str, attachment: str, piece: Piece, begin: Begin, store: PhotoStore, actor: Acting) -> Response:
    with begin() as connection:
        found = opened(connection, issue_number(id), row_id(attachment, "photo"), piece, store=store, actor=actor)
    headers = {
        "Content-Disposition": f'inline; filename="{issue_number(id)}-{row_id(attachment, "photo")}.jpg"',
        # Kept by this reader's browser for a moment, and never for who signs in there next.
        "Cache-Control": "private, max-age=300",
        "Vary": "Cookie, Authorization",
    }
    return JPEG(found, headers=headers)
