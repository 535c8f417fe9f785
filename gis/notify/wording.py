"""The product's own words for notices, in both languages: (subject, body) of each event, and the names of stages."""

from __future__ import annotations

from collections.abc import Mapping

from gis.notify.events import Event

_FACTS_ZH = "{community} {grid}\n地点：{place}\n内容：{text}\n期限：{due}\n{link}"
_FACTS_EN = "{community} {grid}\nPlace: {place}\nReport: {text}\nDue: {due}\n{link}"

_ZH: dict[Event, tuple[str, str]] = {
    "reported": ("新事项 #{number} {topic}", "网民呼叫，请网格快反。\n" + _FACTS_ZH),
    "assigned": ("事项 #{number} 转到您的网格", "地点核定后由您负责。\n" + _FACTS_ZH),
    "transferred": ("事项 #{number} 移交到您的网格", "移交原因：{note}\n" + _FACTS_ZH),
    "accepted": ("事项 #{number} 已受理", "网格员已接单：{topic}，{place}。\n{link}"),
    "handed_up": ("事项 #{number} 上报：{stage}", "上报原因：{note}\n" + _FACTS_ZH),
    "handed_back": ("事项 #{number} 退回：{stage}", "退回原因：{note}\n" + _FACTS_ZH),
    "late": ("超期提醒：事项 #{number} {stage}", "本阶段期限 {due} 已过。\n" + _FACTS_ZH),
    "resolved": ("事项 #{number} 已解决", "您反映的“{topic}”有回音：{answer}\n{link}"),
    "answered": ("事项 #{number} 已解决", "同一件事已一并办理，回音：{answer}\n{link}"),
    "closed": ("事项 #{number} 已办结", "{topic}，{place}。回音：{answer}\n{link}"),
    "reopened": ("事项 #{number} 重新办理", "原因：{note}\n" + _FACTS_ZH),
    "withdrawn": ("事项 #{number} 已撤回", "原因：{note}\n{link}"),
    "merged": ("事项 #{number} 已并案", "与另一事项重复，一并办理。\n{link}"),
    "parted": ("事项 #{number} 已拆分", "不再并案，单独办理。原因：{note}\n" + _FACTS_ZH),
    "urgency": ("事项 #{number} 紧急程度：{urgency}", "原因：{note}\n" + _FACTS_ZH),
    "paused": ("事项 #{number} 暂停计时", "原因：{note}\n{link}"),
    "resumed": ("事项 #{number} 恢复计时", "原因：{note}\n期限：{due}\n{link}"),
}
_EN: dict[Event, tuple[str, str]] = {
    "reported": ("New matter #{number} {topic}", "A resident calls: please answer fast.\n" + _FACTS_EN),
    "assigned": ("Matter #{number} is yours now", "Its place was settled, and it is in your grid.\n" + _FACTS_EN),
    "transferred": ("Matter #{number} was transferred to you", "Reason: {note}\n" + _FACTS_EN),
    "accepted": ("Matter #{number} was taken up", "The grid worker has it: {topic}, {place}.\n{link}"),
    "handed_up": ("Matter #{number} handed up: {stage}", "Reason: {note}\n" + _FACTS_EN),
    "handed_back": ("Matter #{number} handed back: {stage}", "Reason: {note}\n" + _FACTS_EN),
    "late": ("Late: matter #{number}, {stage}", "This stage was due {due}.\n" + _FACTS_EN),
    "resolved": ("Matter #{number} is resolved", "What you reported ({topic}) has an answer: {answer}\n{link}"),
    "answered": ("Matter #{number} is resolved", "It was settled with another of the same. Answer: {answer}\n{link}"),
    "closed": ("Matter #{number} is closed", "{topic}, {place}. Answer: {answer}\n{link}"),
    "reopened": ("Matter #{number} is open again", "Reason: {note}\n" + _FACTS_EN),
    "withdrawn": ("Matter #{number} was withdrawn", "Reason: {note}\n{link}"),
    "merged": ("Matter #{number} was merged", "It repeats another one and is settled with it.\n{link}"),
    "parted": ("Matter #{number} stands by itself", "It is no duplicate. Reason: {note}\n" + _FACTS_EN),
    "urgency": ("Matter #{number}: {urgency}", "Reason: {note}\n" + _FACTS_EN),
    "paused": ("Matter #{number}: deadline paused", "Reason: {note}\n{link}"),
    "resumed": ("Matter #{number}: deadline goes on", "Reason: {note}\nDue: {due}\n{link}"),
}
WORDING: Mapping[str, Mapping[Event, tuple[str, str]]] = {"zh": _ZH, "en": _EN}

STAGES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "reported": "网民呼叫",
        "accepted": "网格快反",
        "at_street": "街道处置",
        "at_department": "部门报到",
        "resolved": "已解决",
        "closed": "已办结",
        "withdrawn": "已撤回",
        "merged": "已并案",
    },
    "en": {
        "reported": "reported",
        "accepted": "with the grid",
        "at_street": "with the street",
        "at_department": "with a department",
        "resolved": "resolved",
        "closed": "closed",
        "withdrawn": "withdrawn",
        "merged": "merged",
    },
}
URGENCIES: Mapping[str, Mapping[str, str]] = {
    "zh": {"normal": "一般", "urgent": "紧急", "very_urgent": "特急"},
    "en": {"normal": "normal", "urgent": "urgent", "very_urgent": "very urgent"},
}
TEST: Mapping[str, tuple[str, str]] = {
    "zh": ("测试通知", "双网格：这是一条测试通知，收到即表示渠道可用。"),
    "en": ("Test notice", "Dualgrid: this is a test. That it arrives means that the channel works."),
}
NO_TOPIC: Mapping[str, str] = {"zh": "未识别", "en": "not recognised"}
NOTHING = "—"
"""What stands for a value that a matter does not have."""

SAMPLE: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "number": "1024",
        "topic": "消防安全",
        "place": "金佛尚城3栋",
        "community": "长远社区",
        "grid": "第三网格",
        "worker": "张网格",
        "stage": "网格快反",
        "urgency": "一般",
        "due": "6月3日 18:00",
        "text": "消防水管改造后，旧水管偶尔还有水，能不能处理一下。",
        "note": "需要街道协调",
        "answer": "已更换阀门，旧水管不再出水。",
        "link": "https://grid.example/issues/1024",
    },
    "en": {
        "number": "1024",
        "topic": "Fire safety",
        "place": "Jinfo Shangcheng, house 3",
        "community": "Changyuan",
        "grid": "Grid 3",
        "worker": "Zhang",
        "stage": "with the grid",
        "urgency": "normal",
        "due": "06-03 18:00",
        "text": "After the works there is still water in the old fire pipe now and then.",
        "note": "the street has to help",
        "answer": "The valve was changed; the old pipe is dry.",
        "link": "https://grid.example/issues/1024",
    },
}
"""An invented matter, for previews; its names are the placeholders that there are."""
