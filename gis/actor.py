"""Who acts.

An `Actor` is a value that is passed into the transaction; nothing reads it from a global.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AccountRole = Literal[
    "admin",
    "dispatcher",
    "official",
    "planner",
    "worker",
    "network_commentator",
    "property_manager",
    "group_head",
    "intake",
]


@dataclass(frozen=True, slots=True)
class Actor:
    """One signed-in account, or the system itself (`account_id` None)."""

    name: str
    role: AccountRole
    account_id: int | None = None
    worker_id: int | None = None


SYSTEM = Actor(name="system", role="admin")
