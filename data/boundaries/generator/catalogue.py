"""What stands in which grid: the compounds, old houses and public places of a town that was made up.

Kinds of compound: `tower` (24 to 32 floors), `lift` (11 to 13 floors), `slab` (7 or 8 floors, no lift),
`old` (a work unit's dormitories, 6 or 7 floors).
"""

from __future__ import annotations

from typing import NamedTuple


class Compound(NamedTuple):
    grid: int
    name: str
    aliases: tuple[str, ...]
    kind: str
    buildings: int
    built_year: int
    company: str
    suffix: str = "栋"


class Ground(NamedTuple):
    """A public ground; `east_m` and `north_m` are from the middle of its grid. `compound` has it as its own."""

    grid: int
    name: str
    kind: str
    aliases: tuple[str, ...]
    east_m: float
    north_m: float
    width_m: float
    depth_m: float
    compound: str = ""


COMPOUNDS = [
    Compound(1, "文峰苑", ("文峰",), "slab", 7, 2004, "文峰物业"),
    Compound(1, "西门小区", ("西门老小区",), "old", 4, 1994, "社区自管"),
    Compound(2, "书香名邸", ("书香",), "slab", 5, 2009, "书香物业"),
    Compound(2, "教师新村", ("教师村", "老师新村"), "old", 6, 1996, "社区自管", "幢"),
    Compound(3, "长远小区", ("长远老小区", "长远"), "slab", 9, 1999, "长远物业"),
    Compound(4, "隆化花园", ("隆化",), "slab", 7, 2002, "隆化物业"),
    Compound(4, "邮电宿舍", ("邮电局家属院",), "old", 3, 1991, "社区自管"),
    Compound(5, "翰林苑", (), "lift", 7, 2013, "书香物业"),
    Compound(6, "鼎盛国际", ("鼎盛",), "tower", 4, 2017, "鼎盛物业", "号楼"),
    Compound(7, "站前小区", ("车站小区",), "slab", 6, 2001, "安顺物业"),
    Compound(7, "运输公司宿舍", ("运司宿舍", "运输公司家属院"), "old", 5, 1988, "社区自管"),
    Compound(8, "金佛尚城", ("金佛", "尚城", "金佛上城"), "lift", 10, 2012, "金佛物业"),
    Compound(9, "供电局家属院", ("供电局", "电力家属院"), "old", 6, 1993, "社区自管"),
    Compound(9, "粮食局宿舍", ("粮食局家属院", "粮食局"), "old", 5, 1989, "社区自管"),
    Compound(10, "康居苑", ("康居",), "slab", 5, 2006, "安顺物业"),
    Compound(10, "百货公司宿舍", ("百货家属院",), "old", 5, 1987, "社区自管"),
    Compound(11, "银杏苑", ("银杏",), "slab", 7, 2005, "文峰物业"),
    Compound(11, "县医院家属院", ("医院家属院", "老医院宿舍"), "old", 4, 1992, "社区自管", "幢"),
    Compound(12, "学府雅苑", ("学府",), "lift", 6, 2014, "书香物业"),
    Compound(12, "建行宿舍", ("建行家属院",), "old", 2, 1997, "社区自管"),
    Compound(13, "盛世豪庭", ("盛世",), "tower", 4, 2016, "盛世物业", "座"),
    Compound(14, "方竹苑", ("方竹",), "slab", 6, 2003, "安顺物业"),
    Compound(14, "农机厂宿舍", ("农机厂", "农机厂家属区"), "old", 5, 1985, "社区自管"),
    Compound(15, "和谐家园", ("和谐",), "slab", 5, 2007, "长远物业"),
    Compound(15, "物资局家属院", ("物资局",), "old", 4, 1990, "社区自管"),
    Compound(16, "桂花园", ("桂花",), "slab", 5, 2000, "隆化物业"),
    Compound(16, "食品公司家属院", ("食品公司宿舍",), "old", 4, 1986, "社区自管"),
    Compound(17, "东方御景", ("御景",), "tower", 2, 2018, "鼎盛物业", "座"),
    Compound(17, "水电公司家属院", ("水电家属院", "水电公司"), "old", 5, 1995, "社区自管"),
    Compound(18, "名润时代", ("名润",), "tower", 4, 2015, "名润物业", "号楼"),
    Compound(19, "河滨小区", ("河滨",), "slab", 6, 2001, "长远物业"),
    Compound(19, "南门安置房", ("安置房", "南门还房"), "old", 5, 1998, "社区自管"),
    Compound(20, "祥和苑", ("祥和",), "slab", 7, 2003, "隆化物业"),
    Compound(21, "富丽花园", ("富丽",), "slab", 6, 2002, "安顺物业"),
    Compound(21, "印刷厂宿舍", ("印刷厂", "印刷厂家属院"), "old", 4, 1984, "社区自管"),
    Compound(22, "天星佳苑", ("天星",), "lift", 6, 2011, "名润物业"),
    Compound(22, "建筑公司宿舍", ("建司宿舍", "建司家属院"), "old", 3, 1990, "社区自管"),
    Compound(23, "东门小区", ("东门老小区",), "slab", 8, 2000, "安顺物业"),
    Compound(24, "丝厂家属区", ("丝厂", "丝厂宿舍"), "old", 11, 1983, "社区自管"),
    Compound(25, "南桥新村", ("南桥",), "slab", 8, 2008, "滨河物业"),
    Compound(26, "碧水云天", ("碧水",), "lift", 7, 2015, "滨河物业"),
    Compound(27, "江岸明珠", ("明珠",), "tower", 4, 2016, "滨河物业", "号楼"),
    Compound(28, "兴隆苑", ("兴隆",), "slab", 8, 2006, "长远物业"),
    Compound(29, "杜鹃花城", ("花城",), "lift", 7, 2013, "名润物业"),
    Compound(30, "滨河丽景", ("丽景",), "tower", 4, 2019, "滨河物业", "号楼"),
    Compound(31, "龙腾雅居", ("龙腾",), "tower", 2, 2018, "盛世物业", "座"),
    Compound(31, "幸福里", (), "slab", 5, 2010, "盛世物业"),
]

# Rows of self-built houses: grid, street, where along the grid's side (0 to 1), how many.
HOUSE_ROWS = [
    (4, "新华街", 0.30, 5),
    (9, "文化路", 0.25, 5),
    (10, "新华街", 0.30, 6),
    (15, "南大街", 0.12, 12),
    (16, "米市街", 0.20, 8),
    (16, "解放路", 0.30, 6),
    (17, "南大街", 0.20, 9),
    (17, "米市街", 0.30, 6),
    (19, "南大街", 0.25, 10),
    (20, "南大街", 0.10, 14),
    (21, "南大街", 0.15, 7),
    (21, "建设路", 0.20, 6),
    (22, "建设路", 0.20, 6),
    (23, "东门街", 0.25, 9),
    (28, "柏枝路", 0.20, 8),
]

# Names that people use for an old house with a shop in it.
SHOPS = [
    "刘记米粉",
    "老南街烧饼",
    "张二五金",
    "便民药房",
    "李记豆花",
    "红叶理发店",
    "大众副食",
    "陈包面",
    "永兴修车铺",
    "老邮局",
    "三泉茶馆",
    "胖妹面馆",
]

GROUNDS = [
    Ground(3, "长远小学", "school", ("小学",), 0, 70, 95, 62),
    Ground(5, "长远公园", "park", ("公园",), -5, -62, 120, 72),
    Ground(7, "长远汽车站", "bus_station", ("汽车站", "车站"), 88, -8, 50, 44),
    Ground(8, "金佛幼儿园", "kindergarten", ("幼儿园", "尚城幼儿园"), 62, 82, 46, 36, "金佛尚城"),
    Ground(8, "金佛广场", "square", ("尚城广场",), 40, -40, 60, 42, "金佛尚城"),
    Ground(10, "长远社区党群服务中心", "office", ("社区", "居委会", "便民服务中心"), -38, 62, 40, 24),
    Ground(11, "长远广场", "square", ("广场", "坝坝舞广场"), 55, 8, 74, 56),
    Ground(11, "西城社区卫生服务中心", "hospital", ("卫生院", "社区医院"), 92, -44, 42, 28),
    Ground(14, "西门菜市场", "market", ("西门菜市",), -88, -22, 42, 30),
    Ground(15, "南大街农贸市场", "market", ("农贸市场", "菜市场", "南大街菜市"), 70, 42, 56, 36),
    Ground(17, "米市街幼儿园", "kindergarten", (), 70, 52, 36, 28),
    Ground(22, "长远中学", "school", ("中学", "长远中学操场"), 15, 74, 100, 66),
    Ground(25, "桥南小游园", "park", ("小游园",), -4, 31, 60, 26),
    Ground(29, "桥南农贸市场", "market", ("桥南菜市",), -30, 46, 46, 28),
    Ground(31, "滨河幼儿园", "kindergarten", (), 50, -40, 40, 30),
]

# Bus stops: name, street, where along it (0 to 1).
BUS_STOPS = [
    ("长远路西站", "长远路", 0.25),
    ("长远广场站", "长远路", 0.56),
    ("金佛尚城站", "金佛大道", 0.24),
    ("新华街口站", "金佛大道", 0.52),
    ("名润时代站", "金佛大道", 0.78),
    ("南大街站", "南大街", 0.42),
    ("隆化大道北站", "隆化大道", 0.24),
    ("南桥站", "隆化大道", 0.78),
    ("东城大道站", "东城大道", 0.34),
    ("长远小学站", "环城北路", 0.30),
]

# Lanes between two compounds of a grid are named in this order.
LANES = [
    "老井巷",
    "书院一巷",
    "邮电巷",
    "车站巷",
    "粮食巷",
    "火神庙巷",
    "银杏巷",
    "学府巷",
    "打铁巷",
    "物资巷",
    "油房巷",
    "水电巷",
    "河滨巷",
    "印刷巷",
    "建司巷",
    "幸福巷",
]
