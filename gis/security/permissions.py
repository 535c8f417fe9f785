"""What each role may do. One table; what is not in it is not allowed.

This says which actions a role has. On which rows is the database's to say (`storage/sql/scope_policies.sql`): an
action and a row that is in scope are both needed. `grants` tells the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from gis.actor import AccountRole, Actor
from gis.errors import Denied, Said, Term, said

Action = Literal[
    "read",
    "report_issue",
    "paste_chat",
    "pin_issue",
    "pace_issue",
    "choose_topic",
    "settle_alias",
    "draw_groups",
    "appoint",
    "manage_accounts",
    "manage_notices",
    "read_people",
    "read_persons",
    "count_households",
    "unmask",
    "ask_to_move",
    "answer_move",
    "read_audit",
    "edit_topics",
    "edit_rules",
    "see_photos",
    "add_photo",
    "read_reports",
]

_STAFF: frozenset[AccountRole] = frozenset({"admin", "dispatcher"})
_AREA: frozenset[AccountRole] = frozenset({"official", "planner"})
_POSTS: frozenset[AccountRole] = frozenset({"worker", "network_commentator", "property_manager", "group_head"})
_ON_THE_GROUND: frozenset[AccountRole] = _POSTS - {"network_commentator"}

ALLOWED: dict[Action, frozenset[AccountRole]] = {
    "read": _STAFF | _AREA | _POSTS,
    "report_issue": _STAFF | _POSTS | {"intake"},
    "paste_chat": _STAFF | (_POSTS - {"property_manager"}),
    "pin_issue": _STAFF | {"planner", "worker"},
    "pace_issue": _STAFF | {"worker"},
    "choose_topic": _STAFF | {"worker"},
    "settle_alias": _STAFF | {"planner"},
    # Who redraws grids redraws what groups cover. Who serves in a group sees its matters: that is the staff's to give.
    "draw_groups": _STAFF | {"planner"},
    "appoint": _STAFF,
    "manage_accounts": frozenset({"admin"}),
    "manage_notices": frozenset({"admin"}),
    "read_people": _STAFF | _AREA | _ON_THE_GROUND,
    "read_persons": _STAFF | _ON_THE_GROUND,
    "count_households": _STAFF,
    "unmask": _STAFF | {"worker"},
    "ask_to_move": _STAFF | _POSTS,
    "answer_move": _STAFF | _ON_THE_GROUND,
    "read_audit": frozenset({"admin"}),
    "edit_topics": frozenset({"admin"}),
    "edit_rules": frozenset({"admin"}),
    "see_photos": _STAFF | _POSTS,
    "add_photo": _STAFF | _POSTS,
    "read_reports": _STAFF | _AREA,
}
_NAMED: dict[Action, Said] = {
    "read": said("look at issues and places"),
    "report_issue": said("report issues"),
    "paste_chat": said("take matters from a group's chat"),
    "pin_issue": said("pin issues to a place"),
    "pace_issue": said("change how urgent issues are, or pause them"),
    "choose_topic": said("say what issues are about"),
    "settle_alias": said("settle what a building is called"),
    "draw_groups": said("create online groups and change what they cover"),
    "appoint": said("appoint who serves in an online group"),
    "manage_accounts": said("manage accounts"),
    "manage_notices": said("set who is told of what, and how"),
    "read_people": said("look at households and residents"),
    "read_persons": said("look at one household or resident among others"),
    "count_households": said("count the households of any place exactly"),
    "unmask": said("see a person in clear"),
    "ask_to_move": said("ask the owner of a car to move it"),
    "answer_move": said("answer for the owner of a car"),
    "read_audit": said("read the audit log"),
    "edit_topics": said("edit lines and topics"),
    "edit_rules": said("edit deadlines, working days and services"),
    "see_photos": said("look at photos"),
    "add_photo": said("add photos"),
    "read_reports": said("read and ask for reports of a community"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One action that is allowed, where, and why.

    `where` is `everything`, `area`, `grid` or `group`, and `own` for what the account itself enters; `code`
    names the area, grid or group.
    """

    action: Action
    where: str
    code: str | None
    why: str


def may(actor: Actor, action: Action) -> bool:
    """Whether an actor's role allows an action."""
    return actor.role in ALLOWED[action]


def demand(actor: Actor, action: Action) -> None:
    """Raise Denied unless an actor may do this."""
    if not may(actor, action):
        raise Denied(said("The role {role} may not {named}.", role=Term("account", actor.role), named=_NAMED[action]))


def grants(connection: Connection, actor: Actor) -> list[Grant]:
    """Everything that the one who acts in this transaction is allowed now, each with its place and reason.

    Nothing for who has no role, no area and no post: what no rule allows is not allowed.
    """
    reach = connection.execute(_REACH).all()
    actions = [action for action in ALLOWED if may(actor, action)]
    return [Grant(action, row.where, row.code, row.why) for action in actions for row in reach]


_REACH = text("""
    SELECT 'everything' AS where, NULL AS code, 'role ' || acting_role() AS why WHERE scope_all()
    UNION ALL
    SELECT 'area', area.code, 'role ' || acting_role() || ' of ' || area.name
    FROM account_area JOIN area ON area.id = account_area.area_id
    WHERE account_area.account_id = acting_account() AND acting_role() IN ('official', 'planner')
    UNION ALL
    SELECT CASE WHEN held.grid_id IS NULL THEN 'group' ELSE 'grid' END, coalesce(grid.code, online_group.code),
           'post ' || held.role || ' since ' || held.valid_from
    FROM posts_held() AS held
    LEFT JOIN grid ON grid.id = held.grid_id
    LEFT JOIN online_group ON online_group.id = held.group_id
    UNION ALL
    SELECT 'own', NULL, 'entered by this account' WHERE acting_role() = 'intake'
    ORDER BY 1, 2
""")
