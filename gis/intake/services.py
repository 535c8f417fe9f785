"""What Open311 offers to report: services, each standing for a topic, with the questions that it asks.

The table `service` gives a topic its code in Open311; line and event class of GB/T 30428.2 are the topic's own. An
operator may edit it; `storage/sql/services.sql` fills an empty one. A retired topic's service is not on offer, and
its matters are told under the service that takes what has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from gis.errors import Fault, NotFound, Said, said
from gis.storage.tables import lexicon_term, service, topic

Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
MOST_KEYWORDS = 20


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question; `values` are the keys and names of the answers that a list lets choose from."""

    code: str
    datatype: Datatype
    required: bool
    description: str
    values: dict[str, str]

    @property
    def is_list(self) -> bool:
        return self.datatype in ("singlevaluelist", "multivaluelist")


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of matter. Without a topic it is the one for what belongs to no other."""

    code: str
    name: str
    topic: str | None
    line: str | None
    description: str
    event_class: str | None
    attributes: tuple[Attribute, ...]
    changed_at: datetime
    keywords: tuple[str, ...]


class Services:
    """All services, by code and by topic."""

    def __init__(self, connection: Connection) -> None:
        terms = func.array_agg(lexicon_term.c.term).filter(lexicon_term.c.term.is_not(None))
        query = (
            select(service, topic.c.line, topic.c.event_class, topic.c.retired, terms.label("terms"))
            .outerjoin(topic, topic.c.name == service.c.topic)
            .outerjoin(lexicon_term, lexicon_term.c.topic == service.c.topic)
            .group_by(service.c.code, topic.c.id)
            .order_by(service.c.topic.is_(None), topic.c.line, service.c.code)
        )
        rows = connection.execute(query).all()
        self.changed_at: datetime | None = max((row.changed_at for row in rows), default=None)
        """When the newest change was made; None if there are no services."""
        self._by_code = {row.code: _service(row) for row in rows if not row.retired}
        self._by_topic = {each.topic: each for each in self}

    def __iter__(self) -> Iterator[Service]:
        return iter(self._by_code.values())

    @property
    def topics(self) -> list[str]:
        """The topics that have a service of their own."""
        return [each.topic for each in self if each.topic is not None]

    def find(self, code: str) -> Service | None:
        return self._by_code.get(code)

    def named(self, code: str) -> Service:
        """The service with a code. Raises NotFound."""
        found = self.find(code)
        if found is None:
            raise NotFound(said("There is no service_code {code!r}.", code=code))
        return found

    def of_topic(self, topic: str | None) -> Service | None:
        """The service that a matter of a topic belongs to; None if nothing takes what has no service of its own."""
        return self._by_topic.get(topic) or self._by_topic.get(None)


def answers(offered: Service, given: dict[str, list[str]]) -> tuple[dict[str, list[str]], list[Fault]]:
    """What was answered to a service's questions, by attribute code, and what is wrong with it."""
    faults = [
        Fault(f"attribute[{code}]", "unknown_attribute", said("is not asked by {code}", code=offered.code))
        for code in sorted(given.keys() - {each.code for each in offered.attributes})
    ]
    kept = {}
    for asked in offered.attributes:
        values = given.get(asked.code, [])
        if not values and asked.required:
            faults.append(
                Fault(
                    f"attribute[{asked.code}]",
                    "missing",
                    said("is required: {description}", description=asked.description),
                )
            )
        if values:
            kept[asked.code] = values
            faults += [Fault(f"attribute[{asked.code}]", code, reason) for code, reason in _faults(asked, values)]
    return kept, faults


def _faults(asked: Attribute, values: list[str]) -> Iterator[tuple[str, Said]]:
    if len(values) > 1 and asked.datatype != "multivaluelist":
        yield "too_many", said("takes one value")
    for value in values:
        if asked.is_list and value not in asked.values:
            yield "not_a_choice", said("must be one of {list}", list=", ".join(asked.values))
        elif asked.datatype == "number" and not _is_number(value):
            yield "not_a_number", said("must be a number")
        elif asked.datatype == "datetime" and not _is_moment(value):
            yield "not_a_time", said("must be an ISO 8601 time")


def _is_number(value: str) -> bool:
    try:
        return abs(float(value)) < float("inf")
    except ValueError:
        return False


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _service(row: Any) -> Service:
    asked = tuple(
        Attribute(
            code=each["code"],
            datatype=each["datatype"],
            required=each["required"],
            description=each["description"],
            values={value["key"]: value["name"] for value in each.get("values", [])},
        )
        for each in row.attributes
    )
    return Service(
        code=row.code,
        name=row.name,
        topic=row.topic,
        line=row.line,
        description=row.description,
        event_class=row.event_class,
        attributes=asked,
        changed_at=row.changed_at,
        keywords=tuple((row.terms or [])[:MOST_KEYWORDS]),
    )
