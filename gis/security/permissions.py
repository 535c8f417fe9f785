"""What each role may do. One table; what is not in it is not allowed."""

from __future__ import annotations

from typing import Literal

from gis.actor import AccountRole, Actor
from gis.errors import Denied

Action = Literal["read", "report_issue", "pin_issue", "settle_alias"]

ALLOWED: dict[Action, frozenset[AccountRole]] = {
    "read": frozenset({"admin", "dispatcher", "official", "planner", "worker"}),
    "report_issue": frozenset({"admin", "dispatcher", "worker", "intake"}),
    "pin_issue": frozenset({"admin", "dispatcher", "planner", "worker"}),
    "settle_alias": frozenset({"admin", "dispatcher", "planner"}),
}
_NAMED: dict[Action, str] = {
    "read": "look at issues and places",
    "report_issue": "report issues",
    "pin_issue": "pin issues to a place",
    "settle_alias": "settle what a building is called",
}


def may(actor: Actor, action: Action) -> bool:
    """Whether an actor's role allows an action."""
    return actor.role in ALLOWED[action]


def demand(actor: Actor, action: Action) -> None:
    """Raise Denied unless an actor may do this."""
    if not may(actor, action):
        raise Denied(f"The role {actor.role} may not {_NAMED[action]}.")
