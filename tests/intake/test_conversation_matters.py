"""A chat falls into matters by rules that each line can tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gis.intake.conversation import Message
from gis.intake.conversation_matters import About, Line, Split, split
from gis.intake.conversation_words import said

BEGIN = datetime(2023, 12, 5, 12, tzinfo=UTC)
TOPICS = {"水管": "公共设施", "漏水": "公共设施", "路灯": "公共设施", "垃圾": "环境卫生", "堵": "交通停车"}
PEOPLE = ("王姐", "老李", "小张", "网格员")


def lines(*told: tuple[str, float, str], timed: bool = True) -> list[Line]:
    """Messages as (sender, minutes, text); who is called 网格员 is the grid worker, `3栋` a place."""
    made = []
    for number, (sender, minutes, text) in enumerate(told, 1):
        own = said(text, PEOPLE)
        terms = frozenset(term for term in TOPICS if term in own.words)
        topic = next((TOPICS[term] for term in TOPICS if term in terms), None)
        place = next((f"{n}栋" for n in range(1, 9) if f"{n}栋" in own.words), None)
        message = Message(number, sender, BEGIN + timedelta(minutes=minutes), text, timed)
        office = "grid_worker" if sender == "网格员" else None
        made.append(Line(message, own, office, About(topic, terms, place)))
    return made


def shape(found: Split) -> list[list[tuple[int, str]]]:
    """Numbers and reasons of each matter, its answers last, and then of what is left."""
    matters = [[(line.message.number, why) for line, why in (*each.lines, *each.answers)] for each in found.matters]
    return [*matters, [(line.message.number, why) for line, why in found.left]]


def test_same_person_goes_on_for_ten_minutes() -> None:
    found = split(
        lines(("王姐", 0, "水管还有水"), ("王姐", 9, "在3栋楼下"), ("王姐", 9, "[图片]"), ("王姐", 25, "唉真的烦"))
    )
    assert shape(found) == [[(1, "topic"), (2, "follow_up"), (3, "picture")], [(4, "talk")]]
    assert found.matters[0].words == "水管还有水\n在3栋楼下"


def test_another_topic_or_place_of_the_same_person_is_another_matter() -> None:
    found = split(
        lines(("王姐", 0, "3栋水管漏水"), ("王姐", 1, "3栋楼下垃圾没人收"), ("王姐", 2, "5栋水管也漏水，真是的"))
    )
    assert shape(found) == [[(1, "topic")], [(2, "topic")], [(3, "topic")], []]


def test_neighbours_who_say_the_same_are_one_matter() -> None:
    found = split(lines(("王姐", 0, "3栋水管漏水了"), ("老李", 5, "我家也漏"), ("小张", 8, "3栋水管漏得好大")))
    assert shape(found) == [[(1, "topic"), (2, "me_too"), (3, "same")], []]


def test_same_topic_elsewhere_or_hours_later_is_another_matter() -> None:
    found = split(lines(("王姐", 0, "3栋水管漏水了"), ("老李", 5, "5栋水管漏水"), ("小张", 90, "3栋水管漏水了")))
    assert [len(each.lines) for each in found.matters] == [1, 1, 1]


def test_same_topic_without_a_common_word_or_place_is_another_matter() -> None:
    found = split(lines(("王姐", 0, "水管一直在滴"), ("老李", 5, "路灯三天不亮")))
    assert [len(each.lines) for each in found.matters] == [1, 1]


def test_staff_answers_whom_they_call_or_quote_else_the_latest() -> None:
    found = split(
        lines(
            ("王姐", 0, "3栋水管漏水"),
            ("老李", 1, "垃圾没人收"),
            ("网格员", 2, "@王姐 马上来"),
            ("网格员", 3, "联系环卫了，稍等"),
            ("网格员", 20, "「王姐：3栋水管漏水」\n- - - - - -\n已经处理好了"),
        )
    )
    assert shape(found) == [
        [(1, "topic"), (3, "answer"), (5, "done")],
        [(2, "topic"), (4, "answer")],
        [],
    ]
    assert [each.done for each in found.matters] == [True, False]


def test_notice_of_the_staff_and_their_report_are_no_matter() -> None:
    found = split(lines(("网格员", 0, "各位邻居，明天水管检修"), ("网格员", 1, "垃圾请放桶里")))
    assert shape(found) == [[(1, "staff"), (2, "staff")]]


def test_thanks_greetings_advertisements_and_stickers_are_left_over() -> None:
    found = split(
        lines(
            ("王姐", 0, "大家晚上好"),
            ("老李", 1, "收到，谢谢！"),
            ("小张", 2, "二手垃圾桶转让"),
            ("小张", 3, "[动画表情]"),
            ("老李", 4, "今天天气不错"),
        )
    )
    assert shape(found) == [[(1, "courtesy"), (2, "courtesy"), (3, "talk"), (4, "mute"), (5, "talk")]]


def test_request_without_a_known_topic_is_a_matter() -> None:
    assert shape(split(lines(("王姐", 0, "能不能帮我看一下孩子")))) == [[(1, "request")], []]


def test_what_one_neighbour_says_to_another_is_talk() -> None:
    (one,) = lines(("老李", 0, "王姐你家好久换的水管哦"))
    called = Line(one.message, one.said, None, one.about, to_neighbour=True)
    assert shape(split([called])) == [[(1, "talk")]]


def test_copy_without_times_counts_a_minute_a_message() -> None:
    told = [("王姐", 0.0, "水管漏水")] + [("小张", 0.0, "哈哈")] * 11 + [("王姐", 0.0, "烦得很哦")]
    assert shape(split(lines(*told, timed=False)))[0] == [(1, "topic")]
    assert shape(split(lines(told[0], told[-1], timed=False)))[0] == [(1, "topic"), (2, "follow_up")]


def test_lines_of_nobody_known_do_not_follow_each_other() -> None:
    found = split(lines(("", 0, "3栋水管漏水"), ("", 0, "在下面"), ("", 0, "5栋垃圾没人收"), timed=False))
    assert shape(found) == [[(1, "topic")], [(3, "topic")], [(2, "talk")]]


def test_every_line_is_in_one_place() -> None:
    found = split(
        lines(*[(PEOPLE[n % 4], n * 7.0, ("水管漏水", "好的", "3栋堵了", "马上来")[n % 4]) for n in range(40)])
    )
    told = sorted(number for each in shape(found) for number, _ in each)
    assert told == list(range(1, 41))
