"""What `/admin/topics` shows."""

from __future__ import annotations

from sqlalchemy import Connection

from gis.issues.taxonomy import Topic, lines, topics
from gis.issues.training import LEAST_EXAMPLES, trained
from maps.pages.topics import Learned, LineView, TopicsView, TopicView


def topics_view(connection: Connection) -> TopicsView:
    """All topics under their lines; those of no line, if any, last."""
    found, held = topics(connection), trained(connection)
    named = [(str(each.id), each.name, each.version) for each in lines(connection)]
    if any(each.line is None for each in found):
        named.append(("", "", 0))
    return TopicsView(
        lines=tuple(
            LineView(id, name, version, tuple(_topic(each) for each in found if (each.line or "") == name))
            for id, name, version in named
        ),
        learned=Learned(held.trained_at, held.examples, held.macro_f1, held.sure, held.right_when_sure)
        if held
        else None,
        least_examples=LEAST_EXAMPLES,
    )


def _topic(each: Topic) -> TopicView:
    return TopicView(
        id=str(each.id),
        name=each.name,
        line=each.line or "",
        description=each.description,
        hazard=each.hazard,
        event_class=each.event_class or "",
        service_code=each.service_code or "",
        terms=each.terms,
        retired=each.retired,
        version=each.version,
    )
