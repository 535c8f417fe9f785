"""Invented names, phone numbers that no subscriber can have, and number plates that no car can carry."""

from __future__ import annotations

from collections.abc import Callable

from .random_source import Random

# Surnames as common as they are around Chongqing, roughly.
_SURNAMES = (
    "王李张刘陈杨黄周吴赵" * 5
    + "罗唐邓冯胡韦郑梁谢徐何朱蒋余谭程韩曾彭肖田董潘袁蔡" * 3
    + "于任姜姚范方石夏汪廖邹熊金陆孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹易常武乔贺赖龚文鲜代冉牟向晏"
)
_ELDER_GIVEN = "国建明德华志光荣贵福永兴世正朝天应长忠学文祥林清云贤成树安宗礼昌"
_ELDER_GIVEN_F = "素秀玉桂淑兰芳珍英碧群华琼容莲菊凤琴芬惠清会仁先"
_GIVEN = "伟强勇军涛超波鹏杰浩宇俊磊林峰凯旭亮斌飞刚平辉东海小川洪江渝健锋"
_GIVEN_F = "丽敏静燕霞娟艳玲红梅婷洁颖琳雪莉萍倩佳小晓春秋莎娅蓉利"
_CHILD = "子梓浩宇轩泽睿涵欣怡诗琪雨晨辰佳一诺语俊熙铭沐可馨思源奕航博文妍"

PHONE_PREFIX = "1420"
PLATE_PREFIX = "渝G"
_IMPOSSIBLE = "IO"
_POSSIBLE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def surname(rng: Random) -> str:
    return rng.choice(_SURNAMES)


def full_name(rng: Random, *, age: str, woman: bool, family: str = "") -> str:
    """A name of an `elder`, an `adult` or a `child`; of one given character in about an eighth of cases."""
    pool = {
        ("elder", False): _ELDER_GIVEN,
        ("elder", True): _ELDER_GIVEN_F,
        ("adult", False): _GIVEN + _ELDER_GIVEN[:8],
        ("adult", True): _GIVEN_F,
    }.get((age, woman), _CHILD)
    given = rng.choice(pool)
    if rng.random() > 0.13:
        given += rng.choice(pool)
    return (family or surname(rng)) + given


class Numbers:
    """Gives out phone numbers and plates, each once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def phone(self) -> str:
        return self._new(lambda: PHONE_PREFIX + f"{self._rng.randrange(10**7):07d}")

    def plate(self) -> str:
        """Five characters after the city's letter; the first is I or O, which true plates leave out."""
        return self._new(
            lambda: (
                PLATE_PREFIX
                + self._rng.choice(_IMPOSSIBLE)
                + "".join(self._rng.choice(_POSSIBLE if i == 0 else _POSSIBLE[:10]) for i in range(4))
            )
        )

    def _new(self, make: Callable[[], str]) -> str:
        while True:
            value = make()
            if value not in self._given:
                self._given.add(value)
                return value
