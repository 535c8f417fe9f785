"""Photos of a matter over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field

from api.schemas.fields import Request
from gis.issues.attachments import Attachment


class HintOut(BaseModel):
    """Where the camera says that it was."""

    lon: float
    lat: float
    crs: Literal["wgs84", "gcj02", "cgcs2000"]
    said: bool = Field(description="Whether the camera named its datum; where it did not, it may also be GCJ-02")


class AttachmentOut(BaseModel):
    """One photo, with the addresses of the picture and its thumbnail."""

    id: str
    media_type: str
    width_px: int
    height_px: int
    bytes: int
    taken_at: datetime | None
    created_at: datetime
    picture: str
    thumbnail: str
    hint: HintOut | None

    @classmethod
    def of(cls, each: Attachment) -> Self:
        address = f"/api/issues/{each.issue_id}/attachments/{each.id}"
        place = each.hint
        return cls(
            id=str(each.id),
            media_type=each.media_type,
            width_px=each.width_px,
            height_px=each.height_px,
            bytes=each.bytes,
            taken_at=each.taken_at,
            created_at=each.created_at,
            picture=address,
            thumbnail=f"{address}/thumbnail",
            hint=HintOut(lon=place.lon, lat=place.lat, crs=place.datum, said=place.said) if place else None,
        )


class AttachmentsOut(BaseModel):
    attachments: list[AttachmentOut]


class HintIn(Request):
    """How the place of a photo is to be read; `none`: it is not the matter's."""

    crs: Literal["wgs84", "gcj02", "cgcs2000", "none"]
