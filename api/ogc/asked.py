"""What a map program may ask for, checked before tipg reads it.

tipg passes over parameters that it does not know, where OGC API Features wants a 400, and takes some that reach into
the query (CQL, columns by name). Here each is named, and what is left is put into the one form that `collections`
reads: boxes in CRS84, intervals of two ends, no more features than are given at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from urllib.parse import parse_qsl, urlencode

from pydantic import TypeAdapter, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from api.ogc.refusing import refuse
from api.schemas.fields import DayOrMoment, Words
from gis.crs.systems import box_to_wgs84
from gis.errors import Fault, GisError, InvalidInput, Said, said
from gis.layers.layer import LAYERS

MOST_FEATURES = 10_000
OF_ITEMS = frozenset({"f", "limit", "offset", "bbox", "bbox-crs", "datetime", "properties"})
OF_ITEM = frozenset({"f", "properties"})
OF_OTHERS = frozenset({"f"})
OPEN_END = ".."
_RESOURCE = re.compile("/collections/(?P<layer>[a-z_]{1,40})(?P<items>/items)?(?P<item>/.*)?")
_CRS = re.compile(r"https?://www\.opengis\.net/def/crs/(?:OGC/[0-9.]+/CRS84|EPSG/[0-9.]+/(?P<epsg>[0-9]{4,6}))")
_MOMENT: TypeAdapter[date | datetime] = TypeAdapter(DayOrMoment)
_WORDS: TypeAdapter[str] = TypeAdapter(Words)


class Asked:
    """Answers 400 to what may not be asked for, and gives the rest on in plain form.

    The answer is always JSON: tipg's pages need scripts from elsewhere, so a browser's wish for one is left out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept"]
        try:
            query = plain(scope["path"].removeprefix(scope["root_path"]), scope["query_string"].decode("latin-1"))
        except GisError as error:
            await refuse({**scope, "headers": headers}, error)(scope, receive, send)
            return
        await self.app({**scope, "headers": headers, "query_string": query.encode()}, receive, send)


def plain(path: str, query: str) -> str:
    """The query of a resource in its plain form. Raises InvalidInput with all that is wrong with it."""
    given = parse_qsl(query, keep_blank_values=True)
    resource = _RESOURCE.fullmatch(path)
    layer = LAYERS.get(resource["layer"]) if resource else None
    allowed = OF_OTHERS
    if layer and resource and resource["items"]:
        allowed = OF_ITEM if resource["item"] else OF_ITEMS | set(layer.found_by)
    told, kept = dict(given), dict[str, str]()
    faults = [
        Fault(name, "unknown_parameter", said("is not a parameter of this resource")) for name in told.keys() - allowed
    ]
    if len(told) < len(given):
        faults.append(Fault("query", "repeated", said("a parameter is given more than once")))
    for name in sorted(told.keys() & allowed):
        try:
            _WORDS.validate_python(told[name])
            read = _READ.get(name)
            if name == "properties" and layer:
                kept[name] = _properties(told[name], tuple(layer.columns))
            elif name == "bbox":
                kept[name] = _box(told[name], told.get("bbox-crs"))
            elif name not in ("f", "bbox-crs"):
                kept[name] = read(told[name]) if read else told[name]
            elif read:
                read(told[name])
        except InvalidInput as refused:
            faults += [Fault(name, fault.code, fault.reason) for fault in refused.faults]
        except ValidationError as refused:
            faults += [Fault(name, "bad_form", Said(error["msg"])) for error in refused.errors()]
    if faults:
        raise InvalidInput(sorted(faults, key=lambda fault: fault.where))
    return urlencode(kept)


def _format(value: str) -> str:
    if value not in ("json", "geojson"):
        raise _unfit(said("must be json or geojson"))
    return value


def _number(least: int, most: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not re.fullmatch("[0-9]{1,9}", value) or int(value) < least:
            raise _unfit(said("must be a whole number of at least {least}", least=least))
        return str(min(int(value), most))

    return read


def _properties(value: str, known: tuple[str, ...]) -> str:
    if any(name and name not in known for name in value.split(",")):
        raise _unfit(said("must be some of {names}", names=", ".join(known)))
    return value


def _box(value: str, crs: str | None) -> str:
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise _unfit(said("must be four or six numbers: the least corner and the greatest"))
    west, south, east, north = numbers
    named = _CRS.fullmatch(crs or "")
    if named and named["epsg"]:
        west, south, east, north = box_to_wgs84((west, south, east, north), epsg=int(named["epsg"]))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise _unfit(said("must be on the Earth, with south <= north"))
    return f"{west!r},{south!r},{east!r},{north!r}"


def _crs(value: str) -> str:
    if not _CRS.fullmatch(value):
        raise _unfit(said("must be the URI of CRS84 or of an EPSG system"))
    return value


def _interval(value: str) -> str:
    ends = value.split("/")
    if len(ends) > 2:
        raise _unfit(said("must be a moment, or two with / between them"))
    since, until = (
        "" if end in ("", OPEN_END) else _moment(end, clock)
        for end, clock in ((ends[0], time.min), (ends[-1], time.max))
    )
    if since and until and datetime.fromisoformat(until) < datetime.fromisoformat(since):
        raise _unfit(said("must not end before it begins"))
    if not value:
        raise _unfit(said("must be a moment, or two with / between them"))
    return f"{since or OPEN_END}/{until or OPEN_END}"


def _moment(text: str, clock: time) -> str:
    found = _MOMENT.validate_python(text)
    if not isinstance(found, datetime):
        found = datetime.combine(found, clock)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _unfit(reason: Said) -> InvalidInput:
    return InvalidInput([Fault("query", "bad_form", reason)])


_READ: dict[str, Callable[[str], str]] = {
    "f": _format,
    "limit": _number(1, MOST_FEATURES),
    "offset": _number(0, 10**9),
    "bbox-crs": _crs,
    "datetime": _interval,
}
