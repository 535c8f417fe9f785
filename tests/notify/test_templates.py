"""The words of notices: what may stand in them, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.actor import SYSTEM
from gis.errors import InvalidInput
from gis.notify.events import EVENTS
from gis.notify.relay import relay_all
from gis.notify.templates import (
    LANGUAGES,
    MOST_BODY,
    MOST_SUBJECT,
    PLACEHOLDERS,
    drop_template,
    faults_of_words,
    one_line,
    preview,
    residents_words,
    save_template,
    templates,
)
from gis.notify.wording import SAMPLE, WORDING
from gis.storage.session import transaction
from gis.storage.tables import notice


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", EVENTS)
def test_product_has_words_for_every_event(event, language):
    subject, body = WORDING[language][event]
    assert not faults_of_words("subject", subject, MOST_SUBJECT) + faults_of_words("body", body, MOST_BODY)
    words = preview(event, language, subject=subject, body=body)
    assert SAMPLE[language]["number"] in words.subject
    assert not {"{", "}"} & set(words.subject + words.body)


def test_both_languages_know_the_same_placeholders():
    assert set(SAMPLE["zh"]) == set(SAMPLE["en"]) == PLACEHOLDERS


@pytest.mark.parametrize(
    "words",
    [
        "{phone}",
        "{reporter_phone}",
        "{}",
        "{0}",
        "{number.__class__}",
        "{number[0]}",
        "{number!r}",
        "{number:>9999999999}",
        "{number:{topic}}",
        "{ number }",
        "{number",
        "number}",
        "{{number}",
        "",
        "  ",
        "x" * (MOST_BODY + 1),
    ],
)
def test_words_that_would_read_more_than_they_are_given_are_refused(words):
    with pytest.raises(InvalidInput):
        preview("late", "zh", subject="x", body=words)


@given(words=st.text(max_size=60))
def test_words_are_refused_or_filled(words):
    try:
        preview("late", "zh", subject="x", body=words)
    except InvalidInput:
        assert not words.strip() or {"{", "}"} & set(words)


def test_operator_s_words_are_used_until_they_are_dropped(town):
    town.channel("json://one.example")
    with transaction(town.engine) as connection:
        save_template(connection, "reported", "zh", subject="有事 {number}", body="{{速去}} {grid}", actor=SYSTEM)
        assert templates(connection)["reported", "zh"].own
    town.report()
    relay_all(town.engine, town.settings)
    assert town.notices(notice.c.subject, notice.c.body) == [("有事 1", "{速去} G1网格")]
    with transaction(town.engine) as connection:
        drop_template(connection, "reported", "zh", actor=SYSTEM)
        assert templates(connection)["reported", "zh"].subject == WORDING["zh"]["reported"][0]


def test_channel_in_english_is_told_in_english(town):
    town.channel("json://one.example", language="en")
    town.report()
    relay_all(town.engine, town.settings)
    assert town.notices(notice.c.subject) == ["New matter #1 公共设施"]


def test_all_faults_of_a_template_are_told_at_once(town):
    with pytest.raises(InvalidInput) as refused, transaction(town.engine) as connection:
        save_template(connection, "nothing", "fr", subject="{x}", body="{y} {z}", actor=SYSTEM)
    assert [fault.where for fault in refused.value.faults] == ["event", "language", "subject", "body", "body"]


@given(words=st.text())
def test_resident_s_words_call_nobody_and_stay_in_one_line(words):
    told = residents_words(words, 50)
    assert len(told) <= 50
    assert not set("@<>\n\r\t\x00\u2028\u202e") & set(told)
    assert one_line(told) == told
