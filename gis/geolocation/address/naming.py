"""Whether a name in running text says where something is.

Complaints name many things that stand nowhere in particular: the firm that owes wages, the bus line that is late,
roads and villages at large. An address that stands alone names nothing else than places, and is left as it is.
"""

from __future__ import annotations

import re

from gis.geolocation.address.parts import NAMES, NUMBERS, Kind

Labelled = tuple[Kind, int, int]

_FIRM = re.compile(r".*(?:公司|集团)")
_BUS = re.compile(r"\d{1,3}路")
_AT_LARGE = re.compile(
    r"(?:的|了|各|该|本|我市|全市|全国|国家|新|旧|[一两二三几这那][条段个])*"
    r"(?:(?:乡村|农村|城市|公交|高速)?(?:道路|公路|马路|线路|铁路)|水泥路|条路|知道|自然村|乡村|农村|"
    r"(?:人民)?(?:政府|法院|检察院)|(?:教育|公安|劳动|规划|住建|国土|税务|自然资源|国土资源|城管|环保|交通)局)"
)
_AT_IT = re.compile("大?门口?|[旁边侧]|对面|附近|楼[上下]|[前后]面|[里外]面?|路口|与|和.{1,6}(?:交|路口)")

_AREAS: frozenset[Kind] = frozenset({"province", "city", "district", "town"})
_NO_NAME = "请求建议反映投诉加快关于什么怎么是否不的了在有和与能把被让将应对为至到"
_PLACE = re.compile(
    rf"(?:(?![{_NO_NAME}])[一-鿿]){{1,8}}?"
    "(?:小区|花园|公寓|大厦|广场|家园|新村|公园|市场|学校|小学|中学|医院|大桥|[车东南西北]站|宿舍)"
)


def locating(text: str, found: list[Labelled]) -> list[Labelled]:
    """The parts of a text without firms, bus lines and places at large; all of them where the text is only an address.

    Such a name is kept inside an address (behind a road, before a number) and where the text says that
    something is at it (法院对面). A name behind an area that ends as names of places do is taken for one.
    """
    if sum(end - start for _, start, end in found) == len(text):
        return found
    return [part for n in range(len(found)) if _locates(text, found, n) for part in _with_next(text, found, n)]


def _with_next(text: str, found: list[Labelled], n: int) -> list[Labelled]:
    kind, _, end = found[n]
    until = found[n + 1][1] if n + 1 < len(found) else len(text)
    name = _PLACE.match(text, end, until) if kind in _AREAS else None
    return [found[n], ("place", end, name.end())] if name else [found[n]]


def _locates(text: str, found: list[Labelled], n: int) -> bool:
    kind, start, end = found[n]
    if kind not in NAMES or _AT_IT.match(text, end):
        return True
    name = text[start:end]
    if not (_FIRM.fullmatch(name) or _AT_LARGE.fullmatch(name) or (kind == "road" and _BUS.fullmatch(name))):
        return True
    before = found[n - 1] if n else None
    after = found[n + 1] if n + 1 < len(found) else None
    in_address = before is not None and before[2] == start and before[0] in NAMES | {"road_number"}
    return in_address or (after is not None and after[1] == end and after[0] in NUMBERS)
