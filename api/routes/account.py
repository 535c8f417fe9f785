"""`/api/account`: the own account, its sign-ins and its tokens. Needs no action: everybody has one."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api import own_account
from api.deps import Acting, Begin, problems
from api.ids import row_id
from api.schemas.accounts import AccountOut, NewTokenOut, PasswordIn, SignInOut, TokenIn
from gis.security.accounts import account_by_id

router = APIRouter(prefix="/api/account", tags=["account"], responses=problems(401, 422, 503))


@router.get("", response_model=AccountOut)
def own(begin: Begin, actor: Acting) -> AccountOut:
    """Who is asking."""
    with begin() as connection:
        return AccountOut.of(account_by_id(connection, own_account.account_id_of(actor)))


@router.post("/password", status_code=204)
def change_password(body: PasswordIn, begin: Begin, request: Request) -> None:
    """Change the password; every other sign-in and token of the account ends at once."""
    with begin() as connection:
        own_account.change_password(connection, request, present=body.password, new=body.new_password)
    request.app.state.actors.forget_all()


@router.get("/sign-ins", response_model=list[SignInOut])
def list_sign_ins(begin: Begin, request: Request) -> list[SignInOut]:
    """Where the account is signed in, and its tokens, last used first."""
    with begin() as connection:
        return [SignInOut.of(each) for each in own_account.own_sign_ins(connection, request)]


@router.delete("/sign-ins", status_code=204)
def sign_out_elsewhere(begin: Begin, request: Request) -> None:
    """End all of them but the one that asks."""
    with begin() as connection:
        own_account.sign_out_elsewhere(connection, request)
    request.app.state.actors.forget_all()


@router.delete("/sign-ins/{id}", status_code=204, responses=problems(404))
def revoke(id: str, begin: Begin, request: Request) -> None:
    """End one sign-in, or revoke one token."""
    with begin() as connection:
        own_account.revoke(connection, request, row_id(id, "sign-in"))
    request.app.state.actors.forget_all()


@router.post("/tokens", status_code=201, response_model=NewTokenOut, responses=problems(403))
def create_token(body: TokenIn, begin: Begin, request: Request) -> NewTokenOut:
    """A token for a program, with the rights of the account, until its day; it is told this once."""
    with begin() as connection:
        return NewTokenOut(token=own_account.create_token(connection, request, name=body.name, days=body.days))
