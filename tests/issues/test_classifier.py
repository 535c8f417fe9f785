from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from gis.issues.classifier import Guess, Model, counted
from gis.issues.learning import FOLDS, Example, cross_validated, fit, folds, measured

RUBBISH = [
    f"{place}的垃圾{days}天没人清运，{smell}"
    for place in ("东门", "河街", "后院")
    for days in "三四五"
    for smell in ("臭得很", "苍蝇多")
]
PARKING = [
    f"{car}乱停在{place}，{harm}"
    for car in ("面包车", "货车", "轿车")
    for place in ("路口", "门口", "坡上")
    for harm in ("出不去", "请挪车")
]
EXAMPLES = [Example(text, "卫生") for text in RUBBISH] + [Example(text, "停车") for text in PARKING]


def test_what_was_learned_is_said_of_a_text_that_was_not_seen() -> None:
    model = fit(EXAMPLES)
    assert model.guesses("桥头的垃圾两天没人清运")[0].topic == "卫生"
    assert model.guesses("摩托车乱停在楼道口")[0].topic == "停车"


def test_confidence_of_all_topics_is_one_and_the_likeliest_comes_first() -> None:
    guesses = fit(EXAMPLES).guesses("货车压坏了垃圾桶")
    assert sum(guess.confidence for guess in guesses) == pytest.approx(1)
    assert guesses == sorted(guesses, key=lambda guess: -guess.confidence)


def test_a_text_between_two_topics_is_less_sure_than_one_of_them() -> None:
    model = fit(EXAMPLES)
    assert model.guesses("河街")[0].confidence < model.guesses("垃圾没人清运，臭得很")[0].confidence


@pytest.mark.parametrize("text", ["", "  ", "xyz", "\n\n", "🌧"])
def test_of_a_text_without_anything_known_nothing_is_said(text: str) -> None:
    assert fit(EXAMPLES).guesses(text) == []


@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    for guess in _MODEL.guesses(text):
        assert 0 <= guess.confidence <= 1


_MODEL = fit(EXAMPLES)


def test_model_that_was_written_answers_as_before() -> None:
    again = Model.from_bytes(_MODEL.to_bytes())
    assert again.topics == _MODEL.topics
    assert again.guesses(RUBBISH[0]) == _MODEL.guesses(RUBBISH[0])


def test_file_that_would_run_something_is_not_read() -> None:
    hostile = io.BytesIO()
    np.savez(hostile, codes=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        Model.from_bytes(hostile.getvalue())


def test_opening_counts_apart_from_the_rest() -> None:
    first, second = counted("垃圾没人收。车也乱停"), counted("车也乱停。垃圾没人收")
    assert set(first.codes) != set(second.codes)


def test_seeds_teach_a_topic_that_has_no_example() -> None:
    model = fit(EXAMPLES, seeds=[Example("低保", "保障"), Example("医保", "保障"), Example("低保医保养老", "保障")])
    assert model.guesses("低保和医保怎么办")[0].topic == "保障"


def test_one_topic_alone_cannot_be_learned() -> None:
    with pytest.raises(ValueError, match="two topics"):
        fit(EXAMPLES[:5])


@given(st.lists(st.sampled_from("abc"), min_size=FOLDS, max_size=60), st.integers(0, 9))
def test_each_example_is_held_out_once_and_topics_are_spread_over_folds(topics: list[str], shuffle: int) -> None:
    dealt = list(folds(topics, shuffle))
    assert sorted(i for fold in dealt for i in fold) == list(range(len(topics)))
    for topic in set(topics):
        counts = [sum(topics[i] == topic for i in fold) for fold in dealt]
        assert max(counts) - min(counts) <= 1


def test_cross_validation_finds_what_can_be_told_and_nothing_where_topics_are_drawn_by_lot() -> None:
    """The second half is the check of the check: had it seen what it is asked, it would find these too."""
    assert measured(EXAMPLES, cross_validated(EXAMPLES)).macro_f1 > 0.95
    lots = np.random.default_rng(5).permutation([each.topic for each in EXAMPLES])
    drawn = [Example(each.text, str(topic)) for each, topic in zip(EXAMPLES, lots, strict=True)]
    assert measured(drawn, cross_validated(drawn)).macro_f1 < 0.75


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_macro_f1_is_the_one_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    truth, told = [a for a, _ in pairs], [b for _, b in pairs]
    examples = [Example(str(i), topic) for i, topic in enumerate(truth)]
    found = measured(examples, [Guess(topic, 1) for topic in told])
    expected = f1_score(truth, told, average="macro", labels=sorted(set(truth)), zero_division=0)
    assert found.macro_f1 == pytest.approx(expected)
    assert found.right == pytest.approx(np.mean([a == b for a, b in pairs]))


def test_answers_that_are_withheld_count_as_wrong() -> None:
    found = measured(EXAMPLES[:2], [None, Guess("卫生", 0.5)])
    assert (found.right, found.sure, found.right_when_sure) == (0.5, 0, 0)
