"""The service's own model of topics: what it is trained on, when, and how good it is.

Examples are matters whose topic people have set: who reported them, whose system they came from, or somebody who
chose here; what the lexicon or the model said is not learned from. Names, descriptions and lexicon terms of the
taxonomy are seeds. With fewer than `LEAST_EXAMPLES` there is no model, and the lexicon alone decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, not_, select, text

from gis.issues.learning import Example, cross_validated, fit, measured
from gis.storage.tables import issue, lexicon_term, topic, topic_model

LEAST_EXAMPLES = 60
LEAST_OF_A_TOPIC = 5
"""At least two topics have to have so many."""
MOST_EXAMPLES = 2000
"""People's choices go first, then the latest."""
MOST_BACKGROUND = 2000
GROWTH = 1.2
"""It is trained again when there are so many times the examples that it has learned from, at most once in `REST`."""
REST = timedelta(days=1)

_BY_PEOPLE = ("given", "person")
_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtextextended('topic_model', 0))")


@dataclass(frozen=True, slots=True)
class Trained:
    """The model that there is: from how many examples, and what 5-fold cross-validation over them found.

    `sure` is the share of answers with enough confidence to be taken, `right_when_sure` of those the right ones.
    """

    trained_at: datetime
    examples: int
    macro_f1: float
    sure: float
    right_when_sure: float


@dataclass(frozen=True, slots=True)
class TooFew:
    """There is not enough to learn from: so many examples, and so many topics that have some of their own."""

    examples: int
    topics: int

    def __str__(self) -> str:
        return (
            f"{self.examples} examples with {self.topics} topics of {LEAST_OF_A_TOPIC} or more; a model needs "
            f"{LEAST_EXAMPLES} examples and two such topics. The lexicon alone decides."
        )


def trained(connection: Connection) -> Trained | None:
    """The model that there is, if any."""
    columns = [topic_model.c[name] for name in Trained.__dataclass_fields__]
    row = connection.execute(select(*columns)).one_or_none()
    return Trained(*row) if row else None


def train(connection: Connection, given: Sequence[Example] = ()) -> Trained | TooFew:
    """Learn from all examples, and from `given` (a topic's name and a text each), and put the model in place.

    What there is too little of changes nothing. Its figure is measured on folds that it has not seen.
    """
    ids = {row.name: str(row.id) for row in connection.execute(select(topic.c.id, topic.c.name).where(_ACTIVE))}
    examples = [Example(each.text, ids[each.topic]) for each in given if each.topic in ids]
    examples += [Example(row.text, ids[row.topic]) for row in connection.execute(_EXAMPLES)]
    often = [count for count in Counter(each.topic for each in examples).values() if count >= LEAST_OF_A_TOPIC]
    if len(examples) < LEAST_EXAMPLES or len(often) < 2:
        return TooFew(len(examples), len(often))
    seeds, background = _seeds(connection), list(connection.scalars(_BACKGROUND))
    found = measured(examples, cross_validated(examples, seeds=seeds, background=background))
    model = fit(examples, seeds=seeds, background=background)
    connection.execute(delete(topic_model))
    put = insert(topic_model).values(
        examples=len(examples),
        macro_f1=found.macro_f1,
        sure=found.sure,
        right_when_sure=found.right_when_sure,
        weights=model.to_bytes(),
    )
    connection.execute(put)
    held = trained(connection)
    assert held is not None
    return held


def train_when_due(connection: Connection) -> Trained | None:
    """Train if people have set enough topics since the last time, and no other process does; the model if so."""
    if not connection.scalar(_ONE_AT_A_TIME):
        return None
    held = trained(connection)
    if held is not None and datetime.now(UTC) - held.trained_at < REST:
        return None
    count = connection.scalar(select(func.count()).select_from(_EXAMPLES.subquery())) or 0
    if count < (max(LEAST_EXAMPLES, held.examples * GROWTH) if held else LEAST_EXAMPLES):
        return None
    made = train(connection)
    return made if isinstance(made, Trained) else None


def _seeds(connection: Connection) -> list[Example]:
    """Short texts that are of a topic by themselves."""
    seeds = []
    for row in connection.execute(select(topic.c.id, topic.c.name, topic.c.description).where(_ACTIVE)):
        seeds += [Example(words, str(row.id)) for words in (row.name, row.description) if words]
    terms = select(lexicon_term.c.term, topic.c.id).join(topic, topic.c.name == lexicon_term.c.topic).where(_ACTIVE)
    return seeds + [Example(row.term, str(row.id)) for row in connection.execute(terms)]


_ACTIVE = not_(topic.c.retired)
_EXAMPLES = (
    select(issue.c.text, issue.c.topic)
    .join(topic, topic.c.name == issue.c.topic)
    .where(_ACTIVE, issue.c.topic_by.in_(_BY_PEOPLE))
    .order_by((issue.c.topic_by == "person").desc(), issue.c.id.desc())
    .limit(MOST_EXAMPLES)
)
_BACKGROUND = select(issue.c.text).where(issue.c.topic.is_(None)).order_by(issue.c.id.desc()).limit(MOST_BACKGROUND)
