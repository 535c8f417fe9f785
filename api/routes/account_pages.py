"""`/account`: the own account as a page, and its forms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import own_account
from api.deps import Begin
from api.ids import row_id
from api.reader import page, shell_of
from api.views.accounts import account_view
from gis.boundaries.areas import communities
from gis.errors import Fault, InvalidInput, said
from maps.pages.account import account_page

router = APIRouter(include_in_schema=False, prefix="/account")


@router.get("")
def show_account(request: Request, begin: Begin, done: str = "") -> Response:
    """The account, where it is signed in, its tokens."""
    return _show(request, begin, done=done)


@router.get("/password")
def show_password(request: Request, begin: Begin) -> Response:
    """Where those are sent whose password somebody else has chosen."""
    return _show(request, begin)


@router.post("/password")
def take_password(
    request: Request,
    begin: Begin,
    password: Annotated[str, Form()] = "",
    new_password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change the password."""
    try:
        if new_password != again:
            raise InvalidInput([Fault("again", "passwords_differ", said("is not the same"))])
        with begin() as connection:
            own_account.change_password(connection, request, present=password, new=new_password)
    except InvalidInput as error:
        return _show(request, begin, faults=error.faults)
    return _changed(request, "password")


@router.post("/tokens")
def take_token(
    request: Request, begin: Begin, name: Annotated[str, Form()] = "", days: Annotated[int, Form()] = 0
) -> Response:
    """Make a token, and show it this once."""
    try:
        with begin() as connection:
            token = own_account.create_token(connection, request, name=name, days=days)
    except InvalidInput as error:
        return _show(request, begin, faults=error.faults)
    return _show(request, begin, new_token=token)


@router.post("/sign-ins/{id}/end")
def end_sign_in(request: Request, id: str, begin: Begin) -> Response:
    """End a sign-in or revoke a token."""
    with begin() as connection:
        own_account.revoke(connection, request, row_id(id, "sign-in"))
    return _changed(request, "ended")


@router.post("/sign-out-elsewhere")
def end_others(request: Request, begin: Begin) -> Response:
    """End all others."""
    with begin() as connection:
        own_account.sign_out_elsewhere(connection, request)
    return _changed(request, "elsewhere")


def _changed(request: Request, done: str) -> Response:
    request.app.state.actors.forget_all()
    return RedirectResponse(f"/account?done={done}", 303)


def _show(
    request: Request, begin: Begin, *, faults: tuple[Fault, ...] = (), done: str = "", new_token: str = ""
) -> Response:
    with begin() as connection:
        view = account_view(
            connection, request, faults=tuple(each.code for each in faults), done=done, new_token=new_token
        )
        known = communities(connection)
    return page(request, account_page(view, shell=shell_of(request, communities=known)), 422 if faults else 200)
