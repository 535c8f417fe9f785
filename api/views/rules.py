"""What `/admin/rules` shows."""

from __future__ import annotations

from sqlalchemy import Connection

from gis.intake.services import Service, Services
from gis.issues.rules import day_rules, deadline_rules
from gis.issues.taxonomy import known_topics
from maps.pages.rules import DayView, DeadlineView, QuestionView, RulesView, ServiceView


def rules_view(connection: Connection) -> RulesView:
    """The three tables, and the topics that a rule can be set for."""
    return RulesView(
        deadlines=tuple(
            DeadlineView(str(each.id), each.topic or "", each.stage, each.urgency, each.amount, each.unit)
            for each in deadline_rules(connection)
        ),
        days=tuple(DayView(each.day, each.worked, each.name) for each in day_rules(connection)),
        services=tuple(
            ServiceView(each.code, each.name, each.topic or "", each.description, _questions(each))
            for each in Services(connection)
        ),
        topics=tuple(known_topics(connection)),
    )


def _questions(service: Service) -> tuple[QuestionView, ...]:
    return tuple(
        QuestionView(each.code, each.datatype, each.required, each.description, tuple(each.values.values()))
        for each in service.attributes
    )
