"""Words that mean a place only where one knows which compound is spoken of: 东门口, 大门, 幼儿园, 菜市场.

A town has many of each. Which is meant is told by the compound that the text names beside it, by the online
group that the text came from, by the sender's home; and by nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geolocation.matching.folding import folded
from gis.geolocation.matching.places import Place

OF_KIND: dict[str, tuple[str, ...]] = {
    "bus_station": ("车站", "汽车站"),
    "bus_stop": ("公交站", "公交车站"),
    "courtyard": ("院坝", "坝子", "院子"),
    "hospital": ("医院", "卫生院"),
    "kindergarten": ("幼儿园",),
    "market": ("市场", "菜市", "菜市场", "农贸市场"),
    "office": ("居委会", "便民服务中心", "党群服务中心"),
    "park": ("公园",),
    "school": ("学校",),
    "shop": ("商店", "超市", "小卖部", "便利店"),
    "square": ("广场",),
}
"""What every place of a kind is called where it is near."""

_BY_ENDING = ("小学", "中学")
_GATE = re.compile(r"(?:[东南西北大正后前侧]|[一二三四0-9]号)门口?")
_NO_NAME = frozenset(["社区", "小区", "街道", "物业", "公司", "门口", "楼下"])
"""What may stand in a list of names, and is said of too much else to be one."""


def names_of(place: Place, compound_names: Sequence[str]) -> tuple[set[str], set[str]]:
    """A place's folded names: those of its own, and those that mean it only where one knows the compound.

    金佛尚城东门, a place of 金佛尚城, is 东门 there, and has no name of its own: the compound's stands before it.
    """
    said = {folded(name) for name in (place.name, *place.aliases)} - _NO_NAME
    called = [folded(name) for name in compound_names]
    general = {word for words in OF_KIND.values() for word in words}
    local = set(OF_KIND.get(place.kind, ())) | {word for word in _BY_ENDING if folded(place.name).endswith(word)}
    own = set()
    for name in said:
        rest = next((name.removeprefix(c) for c in called if name.startswith(c) and name != c), None)
        if rest is not None or name in general or _GATE.fullmatch(name):
            local.add(name if rest is None else rest)
        else:
            own.add(name)
    local |= {f"{name}口" for name in local if name.endswith("门")} | {n[:-1] for n in local if n.endswith("门口")}
    return own, {name for name in local if len(name) > 1}
