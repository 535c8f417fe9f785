"""Sentences to train on, made from annotated addresses and from clauses that name no place.

Annotated addresses stand alone; residents write theirs inside a sentence, in part, in the order of their
own town (5-2 is floor 5, door 2). Everything here is drawn from a seeded chance.
"""

from __future__ import annotations

import csv
import gzip
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from gis.geolocation.address.corpus import Annotated
from gis.geolocation.address.parts import Kind

_PLACELIKE = re.compile(
    r"[0-9a-zA-Z路街道巷弄村社区镇乡县市省州园苑城厦场院栋幢楼座单元室号门店桥站湖山江河洲校学公司局馆家庄"
    r"东南西北里坪塘岭湾港铁寺庙厂府邸轩庭居宅墅港广国]"
)
_GENERAL = re.compile(
    r"[0-9.一二三四五六七八九十]+(?:年|月|日|号上午|号下午|点|分|元|万|户|人|名|天|次|个|多|%|％|楼层|层楼|栋楼|平米|平方|米)"
    r"|小区|社区|公司|开发商|物业|学校|医院|政府|街道办|居委会|城管局?|公安局|派出所|公交车?|地铁|马路|道路|公路|城市|全国|中国|国家"
    r"|法院|住建局|教育局|市民|市委|市长|省委|本市|省会|区里|县里|村民|村里|村委会|楼盘|楼道|一楼|几栋|整栋|每栋|单元门|门口|门面|商店"
    r"|停车场|车站|工地|知道|难道|国际|合法|地方|建设|业主|居民|大学|中学|小学|幼儿园|家长|大家"
    r"|国土局|管理局|部门|西部|东西|南方|北方"
)
"""Words of complaints that look like parts of a place's name and are none."""

_LAST_WORDS: dict[str, Kind] = {
    "社区|村": "community",
    "街道|镇|乡": "town",
    "路|大道|街": "road",
    "小区|花园|公寓|大厦|广场|家园|新村|新城|公园|市场|小学|中学|医院|学院|大桥": "place",
    "名苑|华庭|华府|国际|名邸|佳园|豪庭": "place",
}
_TITLE = re.compile(
    r"(?:反映|投诉|举报|咨询|建议|请求|关于)?([A-K]市)?([A-K]\d+[区县市])"
    r"([^\W请求建议反映投诉加快关于什么怎么是否不的了在有和与能把被让将应对为至到A-Z]{2,6}?"
    rf"(?:{'|'.join(_LAST_WORDS)}))"
    "(?!街道|社区|小区|[路道口])"
)

_NUMERALS: tuple[str, ...] = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_NUMERALS += ("十一", "十二", "十三", "十五", "十八", "二十", "二十三")
_BEFORE = ("", "", "", "我住", "我是", "位于", "在", "家住", "本人是", "反映", "投诉", "咨询", "我们", "关于", "地处")
_AFTER = ("", "的业主", "居民", "门口", "附近", "旁边", "对面", "楼下", "业主", "的问题", ",", "。", "楼道里")
_FORMS = (
    "{b栋|building}",
    "{b栋|building}{f楼|floor}",
    "{b栋|building}{u单元|unit}",
    "{b栋|building}{u单元|unit}{f楼|floor}",
    "{b栋|building}{u单元|unit}{d|door}",
    "{b栋|building}{u单元|unit}{d室|door}",
    "{b栋|building}{u单元|unit}{f|floor}{-|other}{s|door}",
    "{b栋|building}{u单元|unit}{f楼|floor}{s号|door}",
    "{b栋|building}{u|unit}{-|other}{f|floor}{-|other}{s|door}",
    "{b栋|building}{f|floor}{-|other}{s|door}",
    "{b栋|building}{d|door}",
    "{b|building}{-|other}{u|unit}{-|other}{d|door}",
    "{b|building}{-|other}{d|door}",
    "{u单元|unit}",
    "{u单元|unit}{d|door}",
    "{u单元|unit}{f|floor}{-|other}{s|door}",
    "{f楼|floor}",
)
_PIECE = re.compile(r"\{([a-z]?)([^|]*)\|([a-z]+)\}")
_BUILDING_WORDS = ("栋", "栋", "栋", "幢", "号楼", "号楼", "座", "#", "#楼", "号栋")


class Labelled(NamedTuple):
    """A text and, for each of its characters, the kind of its part and whether the part begins there."""

    text: str
    kinds: list[tuple[Kind | None, bool]]


def alone(address: Annotated) -> Labelled:
    """An address by itself."""
    return _joined((address.text[s.start : s.end], s.kind) for s in address.spans)


def in_sentences(addresses: list[Annotated], clauses: list[str], count: int, seed: int) -> list[Labelled]:
    """`count` sentences: three in eight name a part of an address, three an address as residents write it."""
    chance = random.Random(seed)  # noqa: S311 (nothing here is a secret)
    names = [a.text[s.start : s.end] for a in addresses for s in a.spans if s.label in ("poi", "road")]
    names = [name for name in names if not re.search(r"\d", name) and 2 < len(name) < 9]
    made = []
    for n in range(count):
        pieces: list[tuple[str, Kind | None]] = []
        for _ in range(chance.randint(0, 2)):
            pieces.append((chance.choice(clauses) + chance.choice(",。;、! "), None))
        pieces.append((chance.choice(_BEFORE), None))
        if n % 8 < 3:
            pieces += _piece_of(chance.choice(addresses), chance)
        elif n % 8 < 6:
            pieces += _resident(chance, names)
        pieces.append((chance.choice(_AFTER), None))
        pieces.append((chance.choice(clauses), None))
        made.append(_joined(pieces))
    return made


def read_messages(path: Path, without: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Title and body of the complaints of a file; `without` leaves out messages by id."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [(m["留言主题"].strip(), m["留言详情"]) for m in csv.DictReader(file) if m["留言编号"] not in without]


def clauses_of(messages: list[tuple[str, str]]) -> list[str]:
    """Clauses in which no character hints at a place's name."""
    found: dict[str, None] = {}
    for title, body in messages:
        for clause in re.split(r"[\s，。！？；：、,.!?;:（）()“”\"]+", title + "。" + body):
            if 2 <= len(clause) <= 14 and not _PLACELIKE.search(clause):
                found[clause] = None
    return list(found)


def titles_of(messages: list[tuple[str, str]]) -> list[Labelled]:
    """Titles that begin with masked areas and a name, which is known by where it begins and by its last word.

    (A3区三里垅小区……: 三里垅小区 is a place.) The rest of the title must not hint at another name.
    """
    found = []
    for title, _ in messages:
        match = _TITLE.match(title)
        if match is None or _PLACELIKE.search(_GENERAL.sub("", title[match.end() :])):
            continue
        city, district, name = match.groups()
        pieces: list[tuple[str, Kind | None]] = [(city, "city")] if city else []
        pieces += [(district, "district")] if district else []
        kind = next(kind for words, kind in _LAST_WORDS.items() if name.endswith(tuple(words.split("|"))))
        found.append(_joined([*pieces, (name, kind), (title[match.end() :], None)]))
    return found


def _piece_of(address: Annotated, chance: random.Random) -> list[tuple[str, Kind | None]]:
    """Some parts of an address in a row, from a name on."""
    spans = [s for s in address.spans if s.label not in ("redundant", "person", "otherinfo", "country")]
    starts = [i for i, s in enumerate(spans) if s.kind in ("district", "town", "community", "road", "place")]
    if not starts:
        return []
    start = chance.choice(starts)
    end = chance.randint(start + 1, len(spans))
    pieces: list[tuple[str, Kind | None]] = _masked(chance) if chance.random() < 0.4 else []
    return pieces + [(address.text[s.start : s.end], s.kind) for s in spans[start:end]]


def _masked(chance: random.Random) -> list[tuple[str, Kind | None]]:
    """A city and a district as published complaints mask them (A市, A3区)."""
    city, number = chance.choice("AABCK"), chance.randint(1, 9)
    pieces: list[tuple[str, Kind | None]] = [(f"{city}市", "city")] * (chance.random() < 0.5)
    if not pieces or chance.random() < 0.6:
        pieces.append((f"{city}{number}{chance.choice('区区区县市')}", "district"))
    return pieces


def _resident(chance: random.Random, names: list[str]) -> list[tuple[str, Kind | None]]:
    """A name, often cut short, and numbers in one of the forms that residents use."""
    pieces: list[tuple[str, Kind | None]] = []
    if chance.random() < 0.75:
        name = chance.choice(names)
        road = name[-1] in "路街巷道"
        pieces.append((name if road or chance.random() < 0.7 else name[:2], "road" if road else "place"))
        if road and chance.random() < 0.7:
            pieces.append((f"{chance.randint(1, 400)}号", "road_number"))
    building = chance.choice(_BUILDING_WORDS)
    for letter, word, kind in _PIECE.findall(chance.choice(_FORMS)):
        spelled = _number(letter, chance) if letter else ""
        pieces.append((spelled + (building if word == "栋" else word), kind))
    return pieces


def _number(letter: str, chance: random.Random) -> str:
    if letter == "d":
        return f"{chance.randint(1, 33)}0{chance.randint(1, 8)}"
    if chance.random() < 0.25:
        return chance.choice(_NUMERALS[:8] if letter in "us" else _NUMERALS)
    if letter == "b" and chance.random() < 0.1:
        return chance.choice("ABCDEabc") + chance.choice(["", "1", "2", "7"])
    return str(chance.randint(1, {"b": 40, "u": 6, "f": 33, "s": 8}[letter]))


def _joined(pieces: Iterable[tuple[str, Kind | None]]) -> Labelled:
    text, kinds = "", []
    for words, kind in pieces:
        text += words
        kinds += [(kind, i == 0) for i in range(len(words))]
    return Labelled(text, kinds)
