"""An evening in the group QA (梨园业主群), copied from WeChat on a PC, and who may paste it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.people.conftest import entered, lived, lived_app, lived_engine, mask_again, matter, sign_in

__all__ = ["entered", "lived", "lived_app", "lived_engine", "mask_again", "matter", "sign_in"]

PHONE, PLATE = "13812345678", "渝B67890"
NICKNAMES = ("王桂芳", "1栋-陈大明", "阳光雨露", "网格员赵一", "刘小妹")
EVENING = (
    ("阳光雨露", 0, "大家晚上好"),
    ("王桂芳", 1, "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"),
    ("王桂芳", 2, "[图片]"),
    ("王桂芳", 2, f"就在2栋楼下，我电话{PHONE}"),
    ("刘小妹", 3, "我家门口也是，一直滴水"),
    ("阳光雨露", 4, "[动画表情]"),
    ("网格员赵一", 5, "@王桂芳 马上来看"),
    ("1栋-陈大明", 9, "我的车被别个的车堵到了，司机没留电话，我要送娃儿上学"),
    ("1栋-陈大明", 9, f"车牌{PLATE}，麻烦挪一下"),
    ("王桂芳", 10, "谢谢"),
    ("阳光雨露", 12, "王桂芳你家好久换的水管哦"),
    (
        "网格员赵一",
        31,
        "「王桂芳：消防水管改造后，旧水管偶尔还有水，能不能处理一下。」\n- - - - - - - - - -\n已经处理好了，物业关了阀",
    ),
)
_evenings = count(1)


@pytest.fixture
def evening() -> str:
    """The evening of a day that no other test has, in the last years."""
    begin = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(days=next(_evenings))
    begin = begin.replace(hour=19, minute=30)
    lines = []
    for sender, minutes, text in EVENING:
        at = begin + timedelta(minutes=minutes)
        lines.append(f"{sender} {at.year}/{at.month}/{at.day} {at.hour}:{at.minute:02}\r\n{text}\r\n")
    return "\r\n".join(lines)


@pytest.fixture
def pasted(sign_in: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Pastes a chat of QA and gives the answer."""

    def paste(text: str, who: str = "赵一", group: str = "QA") -> dict[str, Any]:
        answer = sign_in(who).post("/api/intake/conversation", json={"group": group, "text": text})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    return paste


@pytest.fixture
def confirmed(sign_in: Callable[..., Any]) -> Callable[..., Any]:
    """Confirms matters of a conversation and gives the answer."""

    def confirm(id: str, *matters: dict[str, Any], who: str = "赵一") -> Any:
        return sign_in(who).post(f"/api/intake/conversation/{id}/confirmation", json={"matters": list(matters)})

    return confirm
