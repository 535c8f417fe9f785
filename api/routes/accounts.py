"""`/api/accounts`: what an administrator does with accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.deps import Acting, Begin, problems, requires
from api.ids import row_id
from api.schemas.accounts import (
    AccountIn,
    AccountOut,
    AccountQuery,
    AccountsOut,
    NewAccountOut,
    NewPasswordOut,
    ReachIn,
)
from gis.security import administration
from gis.security.accounts import account_by_id, accounts
from gis.security.lockout import waiting

router = APIRouter(
    prefix="/api/accounts",
    tags=["accounts"],
    responses=problems(401, 403, 422, 503),
    dependencies=[requires("manage_accounts")],
)


@router.get("", response_model=AccountsOut)
def list_accounts(asked: Annotated[AccountQuery, Query()], begin: Begin) -> AccountsOut:
    """Accounts by name."""
    with begin() as connection:
        found = accounts(connection, words=asked.q, role=asked.role, after=asked.after, limit=asked.limit + 1)
        page = found[: asked.limit]
        waits = waiting(connection, [each.username for each in page])
    return AccountsOut(
        accounts=[AccountOut.of(each, waits.get(each.username)) for each in page],
        next=page[-1].username if len(found) > len(page) else None,
    )


@router.post("", status_code=201, response_model=NewAccountOut, responses=problems(409))
def create_account(body: AccountIn, begin: Begin, actor: Acting) -> NewAccountOut:
    """Create an account; its owner has to change the password at the first sign-in."""
    with begin() as connection:
        made, password = administration.create(
            connection,
            actor,
            username=body.username,
            role=body.role,
            password=body.password,
            worker_code=body.worker,
            community=body.community,
            areas=body.areas,
        )
    return NewAccountOut(account=AccountOut.of(made), password=password)


@router.get("/{id}", response_model=AccountOut, responses=problems(404))
def one_account(id: str, begin: Begin) -> AccountOut:
    """One account."""
    with begin() as connection:
        found = account_by_id(connection, row_id(id, "account"))
        return AccountOut.of(found, waiting(connection, [found.username]).get(found.username))


@router.put("/{id}/role", status_code=204, responses=problems(404, 409))
def change_account(id: str, body: ReachIn, begin: Begin, actor: Acting, request: Request) -> None:
    """Give an account another role, person or areas; it holds at once."""
    with begin() as connection:
        administration.change(
            connection,
            actor,
            row_id(id, "account"),
            role=body.role,
            worker_code=body.worker,
            community=body.community,
            areas=body.areas,
        )
    request.app.state.actors.forget_all()


@router.post("/{id}/disable", status_code=204, responses=problems(404, 409))
def disable_account(id: str, begin: Begin, actor: Acting, request: Request) -> None:
    """Shut an account; all its sign-ins and tokens end at once."""
    with begin() as connection:
        administration.disable(connection, actor, row_id(id, "account"))
    request.app.state.actors.forget_all()


@router.post("/{id}/enable", status_code=204, responses=problems(404))
def enable_account(id: str, begin: Begin, actor: Acting) -> None:
    """Open an account again, with the password that it had."""
    with begin() as connection:
        administration.enable(connection, actor, row_id(id, "account"))


@router.post("/{id}/unlock", status_code=204, responses=problems(404))
def unlock_account(id: str, begin: Begin, actor: Acting) -> None:
    """Let its owner try again after too many wrong passwords."""
    with begin() as connection:
        administration.unlock(connection, actor, row_id(id, "account"))


@router.post("/{id}/password", response_model=NewPasswordOut, responses=problems(404))
def reset_password(id: str, begin: Begin, actor: Acting, request: Request) -> NewPasswordOut:
    """A new random password, to be changed at the next sign-in; all sign-ins and tokens end at once."""
    with begin() as connection:
        chosen = administration.reset_password(connection, actor, row_id(id, "account"))
    request.app.state.actors.forget_all()
    return NewPasswordOut(password=chosen)


@router.delete("/{id}/sign-ins", status_code=204, responses=problems(404))
def sign_out_account(id: str, begin: Begin, actor: Acting, request: Request) -> None:
    """End all its sign-ins and tokens at once."""
    with begin() as connection:
        administration.sign_out(connection, actor, row_id(id, "account"))
    request.app.state.actors.forget_all()
