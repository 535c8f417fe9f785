"""By what a matter has its topic: its report, the lexicon, what was learned, a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, Row, insert, select, update

from gis.actor import SYSTEM, Actor
from gis.errors import InvalidInput, NotFound
from gis.issues.bulk import record_frame
from gis.issues.classifier import SURE
from gis.issues.learning import Example
from gis.issues.record import ByHand, pin, record
from gis.issues.report import IssueReport
from gis.issues.topic_choice import choose_topic
from gis.issues.topics import current_recogniser
from gis.issues.training import LEAST_EXAMPLES, TooFew, Trained, train, train_when_due, trained
from gis.settings import Settings
from gis.storage.tables import deadline_rule, issue, issue_event, topic, topic_model
from tests.world import NOON

LEARNED = "楼下小娃儿半夜练架子鼓"
"""Nothing of it stands in the lexicon."""
DOUBTFUL = "每天都有人"
"""It has something of several topics."""
NOTHING = "谢谢网格员"
DESK = Actor(name="dispatcher", role="dispatcher", account_id=None)

SAMPLE = [
    Example(f"{who}{when}{what}", name)
    for name, whos, whats in (
        ("噪音扰民", ("楼下小娃儿", "对面小娃儿", "隔壁"), ("练架子鼓", "练小提琴", "敲架子鼓")),
        ("便民服务", ("老人", "婆婆", "邻居"), ("想打听手续", "要填表格", "咨询手续")),
    )
    for who in whos
    for when in ("半夜", "白天", "周末", "每天")
    for what in whats
]


@pytest.fixture
def recorded(connection: Connection, world: Any, settings: Settings) -> Callable[..., Row[Any]]:
    def recorded(text: str, **fields: Any) -> Row[Any]:
        report = IssueReport(**{"text": text, "source": "wechat_group", "reported_at": NOON} | fields)
        issue_id, _ = record(connection, report, settings=settings, actor=SYSTEM)
        return connection.execute(select(issue).where(issue.c.id == issue_id)).one()

    return recorded


@pytest.fixture
def taught(connection: Connection, world: Any) -> Trained:
    made = train(connection, SAMPLE)
    assert isinstance(made, Trained)
    return made


def now(connection: Connection, row: Row[Any]) -> Row[Any]:
    return connection.execute(select(issue).where(issue.c.id == row.id)).one()


def test_words_of_the_lexicon_decide_also_against_what_was_learned(recorded: Any, taught: Trained) -> None:
    row = recorded(LEARNED + "，消防栓都震坏了")
    assert (row.topic, row.topic_by, row.topic_confidence) == ("消防安全", "words", None)
    assert row.receipt["recognised"] == ["消防栓"]
    assert "may_be" not in row.receipt


def test_learned_topic_carries_its_confidence_and_what_else_it_may_be(recorded: Any, taught: Trained) -> None:
    row = recorded(LEARNED)
    assert (row.topic, row.line, row.topic_by) == ("噪音扰民", "信访", "learned")
    assert row.topic_confidence >= SURE
    assert row.receipt["may_be"][0] == {"topic": "噪音扰民", "confidence": row.topic_confidence}
    assert len(row.receipt["may_be"]) == 3


def test_doubt_leaves_the_topic_open_and_shows_what_it_may_be(recorded: Any, taught: Trained) -> None:
    row = recorded(DOUBTFUL)
    assert (row.topic, row.topic_by, row.topic_confidence) == (None, None, None)
    assert 0 < row.receipt["may_be"][0]["confidence"] < SURE


def test_without_a_model_the_lexicon_alone_decides(recorded: Any) -> None:
    assert recorded("消防栓漏水").topic_by == "words"
    row = recorded(LEARNED)
    assert (row.topic, row.topic_by, "may_be" in row.receipt) == (None, None, False)


def test_given_topic_is_kept_also_one_that_is_not_of_the_taxonomy(recorded: Any, taught: Trained) -> None:
    row = recorded(LEARNED, topic="Pothole")
    assert (row.topic, row.line, row.topic_by) == ("Pothole", None, "given")


def test_many_at_once_are_recognised_as_one_by_one(
    connection: Connection, world: Any, settings: Settings, recorded: Any, taught: Trained
) -> None:
    texts = ["消防栓漏水", LEARNED, DOUBTFUL, NOTHING]
    frame = pd.DataFrame({"text": texts, "source": "import", "reported_at": NOON})
    frame["external_id"] = [str(i) for i in range(len(texts))]
    record_frame(connection, frame, community_id=world.community_id, settings=settings)
    columns = (issue.c.topic, issue.c.line, issue.c.hazard, issue.c.topic_by, issue.c.topic_confidence)
    at_once = connection.execute(select(*columns).order_by(issue.c.external_id)).all()
    one_by_one = [recorded(text) for text in texts]
    assert at_once == [tuple(getattr(row, c.name) for c in columns) for row in one_by_one]


def test_topic_that_is_always_a_hazard_makes_its_matters_hazards(recorded: Any, connection: Connection) -> None:
    connection.execute(update(topic).where(topic.c.name == "社会治安").values(hazard=True))
    assert recorded("小偷又来了").hazard
    assert not recorded("小偷又来了", hazard=False).hazard


def test_person_sets_the_topic_and_line_deadline_and_timeline_follow(recorded: Any, connection: Connection) -> None:
    rule = {"topic": "矛盾纠纷", "stage": "reported", "urgency": "normal", "amount": 9, "unit": "days"}
    connection.execute(insert(deadline_rule).values(**rule))
    row = recorded(NOTHING)
    choose_topic(connection, row.id, "矛盾纠纷", note="打过电话", actor=DESK)
    after = now(connection, row)
    assert (after.topic, after.line, after.topic_by, after.hazard) == ("矛盾纠纷", "综治", "person", False)
    assert (after.due_at - after.stage_since).days == 9
    events = connection.execute(select(issue_event).where(issue_event.c.issue_id == row.id)).all()
    assert (events[-1].kind, events[-1].actor) == ("topic", "dispatcher")
    assert events[-1].detail == {"to": "矛盾纠纷", "note": "打过电话"}


def test_choice_is_kept_where_the_place_is_decided_again(
    recorded: Any, connection: Connection, settings: Settings, taught: Trained
) -> None:
    row = recorded(DOUBTFUL)
    choose_topic(connection, row.id, "噪音扰民", actor=DESK)
    pin(connection, row.id, ByHand(lon=107.0015, lat=29.0005), settings=settings, actor=DESK)
    after = now(connection, row)
    assert (after.topic, after.topic_by) == ("噪音扰民", "person")
    assert after.receipt["may_be"] == row.receipt["may_be"]


def test_topic_that_does_not_exist_or_is_retired_cannot_be_chosen(recorded: Any, connection: Connection) -> None:
    row = recorded(NOTHING)
    connection.execute(update(topic).where(topic.c.name == "社情舆情").values(retired=True))
    for name in ("社情舆情", "Pothole"):
        with pytest.raises(InvalidInput) as caught:
            choose_topic(connection, row.id, name, actor=DESK)
        assert caught.value.faults[0].code == "unknown_topic"
    with pytest.raises(NotFound):
        choose_topic(connection, 10**9, "矛盾纠纷", actor=DESK)


def test_what_people_have_set_is_learned_and_what_was_recognised_is_not(recorded: Any, connection: Connection) -> None:
    for example in SAMPLE[: LEAST_EXAMPLES - 1]:
        recorded(example.text, topic=example.topic)
    recorded("消防栓漏水")
    few = train(connection)
    assert few == TooFew(LEAST_EXAMPLES - 1, 2)
    assert "lexicon alone" in str(few)
    row = recorded(SAMPLE[LEAST_EXAMPLES].text)
    choose_topic(connection, row.id, SAMPLE[LEAST_EXAMPLES].topic, actor=DESK)
    made = train(connection)
    assert isinstance(made, Trained)
    assert made == trained(connection)
    assert (made.examples, made.macro_f1 > 0.9) == (LEAST_EXAMPLES, True)
    assert recorded(LEARNED).topic_by == "learned"


def test_it_is_trained_by_itself_once_there_is_enough_and_again_only_when_there_is_more(
    recorded: Any, connection: Connection
) -> None:
    assert train_when_due(connection) is None
    for example in SAMPLE:
        recorded(example.text, topic=example.topic)
    assert train_when_due(connection) is not None
    assert train_when_due(connection) is None
    connection.execute(update(topic_model).values(trained_at=NOON))
    assert train_when_due(connection) is None
    connection.execute(update(topic_model).values(examples=len(SAMPLE) // 2))
    assert train_when_due(connection) is not None


def test_renamed_topic_is_answered_under_its_new_name(recorded: Any, connection: Connection, taught: Trained) -> None:
    connection.execute(update(topic).where(topic.c.name == "噪音扰民").values(name="噪声"))
    assert recorded(LEARNED).topic == "噪声"


def test_retired_topic_is_recognised_by_nothing(recorded: Any, connection: Connection, taught: Trained) -> None:
    connection.execute(update(topic).where(topic.c.name == "噪音扰民").values(retired=True))
    assert recorded("广场舞太吵").topic is None
    row = recorded(LEARNED)
    assert "噪音扰民" not in {each["topic"] for each in row.receipt["may_be"]}
    assert row.topic is None
    assert "噪音扰民" not in current_recogniser(connection).known
