from __future__ import annotations

import pytest
from sqlalchemy import Connection

from gis.errors import InvalidInput
from gis.issues.lexicon import replace_lexicon, written_lexicon
from gis.issues.topics import Lexicon, Term, current_lexicon

LEXICON = Lexicon(
    [
        Term("消防", "消防安全", "应急"),
        Term("消防通道", "消防安全", "应急", hazard=True),
        Term("停车", "交通停车", "综治"),
        Term("乱停", "交通停车", "综治"),
    ]
)


def test_longest_term_counts_and_one_hazard_is_enough() -> None:
    found = LEXICON.recognise("消防通道上停车")
    assert (found.topic, found.line, found.hazard, found.terms) == ("消防安全", "应急", True, ("消防通道", "停车"))


def test_topic_whose_terms_cover_most_wins() -> None:
    assert LEXICON.recognise("消防车进不来，乱停，停车没人管").topic == "交通停车"


def test_nothing_is_recognised_in_words_that_the_lexicon_lacks() -> None:
    assert LEXICON.recognise("谢谢").topic is None
    assert Lexicon([]).recognise("消防").topic is None


@pytest.mark.parametrize(
    ("text", "topic", "hazard"),
    [
        ("消防水管改造后，旧水管偶尔还有水，能不能处理一下。", "消防安全", True),
        ("我的车被别个的车堵住了，没留电话", "交通停车", False),
        ("我的车被堵了，对方没留电话，要送孩子上学", "交通停车", False),
        ("楼上天天装修，吵得人睡不着", "噪音扰民", False),
        ("垃圾三天没人收了，臭味大得很", "环境卫生", False),
        ("老人的高龄津贴怎么申请", "社会保障", False),
        ("楼上楼下为漏水的赔偿吵起来了，请来调解", "矛盾纠纷", False),
    ],
)
def test_first_lexicon_recognises_the_missions_topics(
    connection: Connection, text: str, topic: str, hazard: bool
) -> None:
    found = current_lexicon(connection).recognise(text)
    assert (found.topic, found.hazard) == (topic, hazard)


def test_edited_lexicon_takes_effect_at_once(connection: Connection) -> None:
    written = written_lexicon(connection)
    replace_lexicon(connection, written + "共享雨伞,便民服务,信访,false\n")
    assert current_lexicon(connection).recognise("共享雨伞坏了").topic == "便民服务"


def test_lexicon_that_was_written_is_the_one_that_is_read(connection: Connection) -> None:
    written = written_lexicon(connection)
    replace_lexicon(connection, written)
    assert written_lexicon(connection) == written


def test_faulty_lexicon_is_refused_with_all_faults_and_changes_nothing(connection: Connection) -> None:
    before = written_lexicon(connection)
    with pytest.raises(InvalidInput) as caught:
        replace_lexicon(connection, "term,topic,line,hazard\n,消防安全,,\n停水,公共设施,,maybe\n停水,公共设施,,\n")
    assert [(fault.where, fault.code) for fault in caught.value.faults] == [
        ("row 2, term", "bad_length"),
        ("row 3, hazard", "not_a_bool"),
        ("row 4, term", "duplicate"),
    ]
    assert written_lexicon(connection) == before
