"""Changes of online groups over the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from api.schemas.fields import EARLIEST, LATEST, Code, Query, Request, Words, refused
from api.schemas.network import Role
from gis.errors import said


def _day(value: Any) -> Any:
    """A day of JSON, which has none of its own."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise refused("not_a_time", said("must be a day, such as 2023-04-01")) from None
    if isinstance(found, date) and not EARLIEST <= found.year < LATEST:
        raise refused(
            "impossible_time",
            said("must be between the years {earliest} and {latest}", earliest=EARLIEST, latest=LATEST),
        )
    return found


JsonDay = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Named = Annotated[Words, Field(max_length=200)]


class WhichQuery(Query):
    """Tells groups of the same code apart."""

    community: Code = None


class GroupIn(Request):
    """A new group; it covers nothing yet."""

    code: Named
    name: Named
    community: Named


class NameIn(Request):
    name: Named


class _CoveredIn(Request):
    """Just one of the two, by its code or id."""

    grid: Code = None
    building_id: Code = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.grid is None) == (self.building_id is None):
            raise refused("one_place", said("must name just one: grid or building_id"))
        return self


class CoverIn(_CoveredIn):
    """`from` is the first day on which it is covered, `to` the first on which it is no longer."""

    since: JsonDay = Field(alias="from")
    until: JsonDay | None = Field(None, alias="to")


class CoverEndIn(_CoveredIn):
    """`on` is the first day without it."""

    on: JsonDay


class CoverUndoIn(_CoveredIn):
    """Which cover, by its first day, and which half of it is taken back."""

    since: JsonDay = Field(alias="from")
    part: Literal["begin", "end"]


class _ServedIn(Request):
    worker: Named
    role: Role


class PostIn(_ServedIn):
    """`from` is the first day of the role, `to` the first on which it is no longer held."""

    since: JsonDay = Field(alias="from")
    until: JsonDay | None = Field(None, alias="to")


class PostEndIn(_ServedIn):
    on: JsonDay


class PostUndoIn(_ServedIn):
    since: JsonDay = Field(alias="from")
    part: Literal["begin", "end"]
