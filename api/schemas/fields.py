"""Fields that several requests share. What a sender may write is checked here, before anything looks at it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from gis.errors import Said, said
from gis.issues.report import CLOCKS_DIFFER

EARLIEST, LATEST = 1900, 2200
_HALVES = re.compile("[\ud800-\udfff]")
_NUMBER = r"^[0-9]{1,18}$"
_SOURCE = r"^[a-z][a-z0-9_]{0,39}$"
_SERVICE = r"^[A-Za-z0-9_-]{1,40}$"
FORMS = {
    _NUMBER: said("must be a number"),
    _SOURCE: said("must have 1 to 40 small letters, digits or _, a letter first"),
    _SERVICE: said("must have 1 to 40 letters, digits, - or _"),
}
"""What a text must look like, by the pattern that says so to programs."""


class Request(BaseModel):
    """A request's body: strict types (true is not 1, "1" is not 1), no field that is not known."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Query(BaseModel):
    """A request's query: no parameter that is not known, so that none is silently ignored."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _storable(value: str) -> str:
    """The text, if UTF-8 and PostgreSQL can hold it: JSON can name a NUL, and half a character."""
    if "\x00" in value:
        raise refused("nul_character", said("must not hold a NUL character"))
    if _HALVES.search(value):
        raise refused("not_text", said("must not hold half a character (a lone surrogate)"))
    return value


def refused(code: str, reason: Said) -> PydanticCustomError:
    """What a validator raises: a fault with a reason that can be said in any language."""
    return PydanticCustomError(code, "{said}", {"said": reason})


def none_if_blank(value: Any) -> Any:
    """A blank text is the same as none."""
    return None if isinstance(value, str) and not value.strip() else value


def _past(value: datetime) -> datetime:
    if value.year < EARLIEST:
        raise refused("impossible_time", said("must not be before the year {earliest}", earliest=EARLIEST))
    if value.replace(tzinfo=value.tzinfo or UTC) > datetime.now(UTC) + CLOCKS_DIFFER:
        raise refused("impossible_time", said("must not be in the future"))
    return value


def _moment(value: Any) -> datetime | date:
    """A day or an ISO 8601 time; a plus that was sent unescaped, and so arrives as a space, is put back."""
    mended = re.sub(r" (?=\d\d:?\d\d$)", "+", str(value).strip()) if "T" in str(value) else str(value).strip()
    try:
        found = date.fromisoformat(mended) if len(mended) == 10 else datetime.fromisoformat(mended)
    except ValueError:
        raise refused("not_a_time", said("must be a day (2023-04-01) or an ISO 8601 time")) from None
    if not EARLIEST <= found.year < LATEST:
        raise refused(
            "impossible_time",
            said("must be between the years {earliest} and {latest}", earliest=EARLIEST, latest=LATEST),
        )
    return found


def _near_day(value: date | None) -> date | None:
    if value is not None and not EARLIEST <= value.year < LATEST:
        raise refused(
            "impossible_time",
            said("must be between the years {earliest} and {latest}", earliest=EARLIEST, latest=LATEST),
        )
    return value


def box_of(bbox: str) -> tuple[float, float, float, float]:
    """West, south, east and north of a checked `BBox`."""
    west, south, east, north = (float(part) for part in bbox.split(","))
    return west, south, east, north


def _box(value: str) -> str:
    try:
        west, south, east, north = box_of(value)
    except ValueError:
        raise refused("not_a_bbox", said("must be four numbers: west,south,east,north")) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise refused("not_a_bbox", said("must be degrees, with west <= east and south <= north"))
    return value


Words = Annotated[str, AfterValidator(_storable)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(_storable)
]
Purpose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200), AfterValidator(_storable)
]
"""What somebody needs to see a person for."""
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400), AfterValidator(_storable)]
"""A sentence or two from one person to another."""
Id = Annotated[str, Field(pattern=_NUMBER)]
ServiceCode = Annotated[str, Field(pattern=_SERVICE)]
"""The code of one of Open311's services."""
Code = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_storable)] | None,
    BeforeValidator(none_if_blank),
]
"""A code or a short text; blank is the same as not given."""
MatterList = Annotated[
    Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[A-Za-z0-9_-]*$")] | None,
    BeforeValidator(none_if_blank),
    Field(description="matters one by one, as links of the map of hotspots name them"),
]
Source = Annotated[str, StringConstraints(pattern=_SOURCE)]
Moment = Annotated[datetime, AfterValidator(_past)]
"""When something was seen or said."""
DayOrMoment = Annotated[date | datetime, BeforeValidator(_moment)]
Day = Annotated[date | None, BeforeValidator(none_if_blank), AfterValidator(_near_day)]
"""A day, as a page's form sends it: blank is the same as not given."""
BBox = Annotated[str, AfterValidator(_box), Field(examples=["107.08,29.15,107.10,29.17"])]
"""Text, because FastAPI would take a tuple for a parameter that is repeated."""
Limit = Annotated[int, Field(ge=1, le=1000)]
