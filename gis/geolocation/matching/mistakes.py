"""One mistake in an annotated address: what residents, hurry and input methods do to it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

from pypinyin import Style, lazy_pinyin

from gis.geolocation.address.corpus import Annotated, Span

Mistake = Literal["none", "dropped", "homophone", "lookalike", "left_out", "number_form"]

_CORE = ("community", "road", "road_number", "place", "building")
_NAMING = ("community", "road", "place")
_LOOKALIKES = """
    己已巳 末未 土士 大太犬 人入八 日曰目 干千于 天夫无 王玉主 木本术 田由甲申 白百自 问间闻 园圆圈 东车
    古吉舌 令今 风凤 乌鸟 母毋 刀力 又叉 午牛 水永冰 石右 北比 万方 江汪 河何 湖潮 海梅 桥侨 村材 城诚
    新亲 兴头 金全 银根 锦棉 福幅副 华毕 龙尤 凯剀 丽两 阳阴 滨宾 景影 家冢 苑宛 厦夏 广厂 厅斤 贸贺 佳住
    隆降 庆厌 春眷 秋秒 莲连 塘糖溏 溪奚 港巷 埠阜 泰秦奉 祥样 瑞端 康唐 宁宇 安妥 平乎 和知 合台 鑫淼
    顺须 通涌 达过 文交 学字
"""
_DIGITS = "零一二三四五六七八九"
_UNITS = ("栋", "幢", "号楼", "座", "#")


class Faulty(NamedTuple):
    text: str
    mistake: Mistake
    left_out: str
    """Kind of the part that was left out, else empty."""


class Mistakes:
    """Makes mistakes; homophones are drawn from the characters of `addresses`."""

    def __init__(self, addresses: Iterable[Annotated], seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._alike: dict[str, list[str]] = defaultdict(list)
        self._sounds: dict[str, list[str]] = defaultdict(list)
        for character in sorted({c for a in addresses for c in a.text if "一" <= c <= "鿿"}):
            self._sounds[_sound(character)].append(character)
        for row in _LOOKALIKES.split():
            for character in row:
                self._alike[character] = [c for c in row if c != character]

    @staticmethod
    def none(address: Annotated) -> Faulty:
        """The address as it stands."""
        return Faulty(address.text, "none", "")

    def make(self, address: Annotated) -> Faulty:
        """One mistake, of a kind drawn from those that this address allows; none where it allows none."""
        kinds = [self._dropped, self._homophone, self._lookalike, self._left_out, self._number_form]
        self._chance.shuffle(kinds)
        for kind in kinds:
            made = kind(address)
            if made is not None and made.text != address.text:
                return made
        return self.none(address)

    def _dropped(self, address: Annotated) -> Faulty | None:
        spots = [i for s in address.spans if s.kind in _CORE and s.end - s.start > 1 for i in range(s.start, s.end)]
        if not spots:
            return None
        i = self._chance.choice(spots)
        return Faulty(address.text[:i] + address.text[i + 1 :], "dropped", "")

    def _homophone(self, address: Annotated) -> Faulty | None:
        return self._replaced(address, "homophone")

    def _lookalike(self, address: Annotated) -> Faulty | None:
        return self._replaced(address, "lookalike")

    def _replaced(self, address: Annotated, mistake: Mistake) -> Faulty | None:
        spots = [i for s in address.spans if s.kind in _NAMING for i in range(s.start, s.end)]
        self._chance.shuffle(spots)
        for i in spots:
            character = address.text[i]
            others = self._alike.get(character, [])
            if mistake == "homophone":
                others = [c for c in self._sounds.get(_sound(character), []) if c != character]
            if others:
                text = address.text[:i] + self._chance.choice(others) + address.text[i + 1 :]
                return Faulty(text, mistake, "")
        return None

    def _left_out(self, address: Annotated) -> Faulty | None:
        spans = [s for s in address.spans if s.kind != "other"]
        self._chance.shuffle(spans)
        for span in spans:
            if any(s.kind in _NAMING for s in spans if s is not span):
                return Faulty(address.text[: span.start] + address.text[span.end :], "left_out", span.kind)
        return None

    def _number_form(self, address: Annotated) -> Faulty | None:
        spans = [s for s in address.spans if s.kind in ("building", "unit", "floor") and _digits(address, s).isdigit()]
        if not spans:
            return None
        span = self._chance.choice(spans)
        words = self._rewritten(address, span)
        return Faulty(address.text[: span.start] + words + address.text[span.end :], "number_form", "")

    def _rewritten(self, address: Annotated, span: Span) -> str:
        words = address.text[span.start : span.end]
        digits = _digits(address, span)
        after = words.removeprefix(digits)
        forms = [digits.translate(str.maketrans("0123456789", "０１２３４５６７８９")) + after]
        if int(digits) < 100 and after:
            forms.append(in_chinese(int(digits)) + after)
        if 0 < int(digits) <= 20:
            forms.append(chr(ord("①") + int(digits) - 1) + after)
        if span.kind == "building" and after in _UNITS:
            forms += [digits + unit for unit in _UNITS if unit != after]
        return self._chance.choice(forms)


def in_chinese(value: int) -> str:
    """A number below 100 as it is said."""
    tens, ones = divmod(value, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def _digits(address: Annotated, span: Span) -> str:
    words = address.text[span.start : span.end]
    return words[: next((i for i, c in enumerate(words) if not c.isdigit()), len(words))] or " "


def _sound(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0]
