"""`/api/permissions`: what the one who asks may do, where, and why."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.deps import Acting, Begin, problems
from gis.actor import AccountRole
from gis.security.permissions import grants

router = APIRouter(prefix="/api/permissions", tags=["accounts"], responses=problems(401, 503))


class GrantOut(BaseModel):
    action: str
    where: str = Field(description="everything, area, grid, group, or own: what the account itself entered")
    code: str | None = Field(description="Of the area, grid or group")
    why: str


class PermissionsOut(BaseModel):
    account: str
    role: AccountRole
    allowed: list[GrantOut]


@router.get("")
def show_permissions(begin: Begin, actor: Acting) -> PermissionsOut:
    """Everything that this account is allowed now, each with its place and reason; the rest is not."""
    with begin() as connection:
        allowed = grants(connection, actor)
    return PermissionsOut(
        account=actor.name,
        role=actor.role,
        allowed=[GrantOut(action=g.action, where=g.where, code=g.code, why=g.why) for g in allowed],
    )
