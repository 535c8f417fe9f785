"""The fields of every kind of file, once: their names (the same in imports, exports and the API), what
they hold, and what else they may be called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "integer", "number", "date", "datetime", "list", "bool", "geometry"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `most` is the longest text (of each item, for a list); `low` and `high` bound numbers."""

    name: str
    type: FieldType = "text"
    help: str = ""
    required: bool = False
    most: int = 200
    low: int | None = None
    high: int | None = None
    aliases: tuple[str, ...] = ()


LON = Field("lon", "number", "longitude, or easting in metres with --crs", aliases=("longitude", "lng", "经度"))
LAT = Field("lat", "number", "latitude, or northing in metres with --crs", aliases=("latitude", "纬度"))
NAME = Field("name", help="what people call it; the code if left out", aliases=("名称", "姓名"))

FIELDS: dict[str, tuple[Field, ...]] = {
    "boundaries": (
        Field("code", help="the grid's code", required=True, most=40, aliases=("网格编码", "编码")),
        NAME,
        Field("geometry", "geometry", "the outline as WKT, in files without geometry of their own", aliases=("wkt",)),
    ),
    "compounds": (
        Field("name", help="the compound's name", required=True, aliases=("小区", "名称")),
        Field("aliases", "list", "other names, separated by |", aliases=("别名",)),
    ),
    "buildings": (
        Field("id", help="the building's id in your files", required=True, most=80),
        NAME,
        Field("aliases", "list", "other names, separated by |", aliases=("别名",)),
        Field("compound", help="the compound (小区) that it belongs to", aliases=("小区",)),
        Field("address", help="postal address", most=500, aliases=("地址",)),
        Field("floors", "integer", "number of floors", low=1, high=200, aliases=("层数",)),
        Field("units", "integer", "number of units (单元)", low=1, high=200, aliases=("单元数",)),
        Field(
            "built_year",
            "integer",
            "the year in which it was built",
            low=1000,
            high=2100,
            aliases=("year_built", "建成年份", "建造年份", "建成年代"),
        ),
        LON,
        LAT,
        Field("footprint", "geometry", "its outline as WKT"),
    ),
    "places": (
        Field("id", help="the place's id in your files", required=True, most=80),
        NAME,
        Field("aliases", "list", "other names, separated by |", aliases=("别名",)),
        Field("kind", help="gate, kindergarten, school, market, park, square, shop, courtyard …", most=40),
        Field("compound", help="the compound (小区) that it belongs to, if it is one's own", aliases=("小区",)),
        LON,
        LAT,
    ),
    "households": (
        Field("building_id", help="id of the building", required=True, most=80),
        Field("unit", help="单元; empty where a building has none", most=20, aliases=("单元",)),
        Field("floor", "integer", "the storey", required=True, low=-20, high=200, aliases=("楼层",)),
        Field("door", help="the door on that floor", required=True, most=20, aliases=("门牌", "房号")),
        Field(
            "residents",
            help="a number, or names with phone and identity number: 张三 13800000000|李四",
            most=4000,
            aliases=("居民",),
        ),
        Field("vehicles", "list", "number plates, separated by |", most=20, aliases=("车牌",)),
    ),
    "groups": (
        Field("code", help="the online group's code", required=True, most=80),
        NAME,
        Field("grid_codes", "list", "codes of the grids that it covers, separated by |", most=40),
        Field("building_ids", "list", "ids of the buildings that it covers, separated by |", most=80),
    ),
    "workers": (
        Field("id", help="the worker's id in your files", required=True, most=80),
        Field("name", help="the worker's name", required=True, aliases=("姓名",)),
        Field("phone", help="telephone number", most=40, aliases=("电话", "手机")),
        Field("role", help="grid_worker, network_commentator, property_manager or group_head", aliases=("角色",)),
        Field("grid_code", help="the grid in which the post is", most=40),
        Field("group_code", help="or the online group in which it is", most=80),
        Field("valid_from", "date", "first day of the post; since ever if left out"),
        Field("valid_to", "date", "first day on which it no longer holds; still held if left out"),
        Field("stand_in", "bool", "whether it is held in place of the regular grid worker"),
    ),
    "issues": (
        Field("external_id", help="the issue's id in your system", aliases=("工单编号", "编号")),
        Field("text", help="what was reported", required=True, most=4000, aliases=("内容",)),
        Field("source", help="where it came from; “import” if left out", most=40, aliases=("来源",)),
        Field("reported_at", "datetime", "when it was reported", required=True, aliases=("时间",)),
        Field("closed_at", "datetime", "when it was closed"),
        LON,
        LAT,
        Field("crs", help="wgs84, cgcs2000, gcj02 or bd09, if rows differ", most=20),
        Field("address", help="where it is, in words", most=500, aliases=("地址",)),
        Field("line", help="综治, 信访, 应急 or 舆情", most=40),
        Field("topic", help="what it is about; recognised from the text if left out", most=100),
        Field("hazard", "bool", "whether it is a safety hazard; recognised from the text if left out"),
        Field("status", help="open or closed, or a status of dualgrid's own", most=40, aliases=("状态",)),
        Field("group", help="code of the online group in which it was seen", most=80),
        Field("first_answered_at", "datetime", "when somebody first took it up"),
        Field("settled_level", help="household, grid, network, street or department (户, 格, 网, 街道, 部门)", most=40),
        Field("settled_way", help="in_group, online, on_site or by_neighbours (群内, 线上, 上门, 邻里)", most=40),
    ),
}
KINDS = tuple(FIELDS)


def fields_table() -> str:
    """The kinds and their fields as a Markdown table; those that must be there stand first, and bold."""
    lines = ["| kind | fields |", "|---|---|"]
    for kind, fields in FIELDS.items():
        named = [f"**`{field.name}`**" for field in fields if field.required]
        named += [f"`{field.name}`" for field in fields if not field.required]
        lines.append(f"| `{kind}` | {', '.join(named)} |")
    return "\n".join(lines)
