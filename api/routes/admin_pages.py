"""`/admin/accounts`: accounts as pages, and their forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypedDict, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from api.deps import Acting, Begin, requires
from api.ids import row_id
from api.reader import page, shell_of
from api.schemas.fields import Words
from api.views.accounts import choices, listed, reach_of
from gis.actor import AccountRole, Actor
from gis.boundaries.areas import communities
from gis.errors import Conflict, InvalidInput
from gis.security import administration
from gis.security.accounts import account_by_id, accounts
from gis.storage.tables import ACCOUNT_ROLES
from maps.pages.accounts import AccountsView, OneAccountView, Reach, accounts_page, one_account_page

A_PAGE = 50
Verb = Callable[[Connection, Actor, int], object]
VERBS: dict[str, Verb] = {
    "disable": administration.disable,
    "enable": administration.enable,
    "unlock": administration.unlock,
    "sign-out": administration.sign_out,
}

router = APIRouter(include_in_schema=False, prefix="/admin/accounts", dependencies=[requires("manage_accounts")])
Text = Annotated[Words, Form()]
Texts = Annotated[list[Words] | None, Form()]


@router.get("")
def show_accounts(request: Request, begin: Begin, q: str = "", role: str = "", after: str = "") -> Response:
    """The accounts, searched by name and role."""
    return _list(request, begin, words=q, role=role, after=after)


@router.post("")
def create_account(
    request: Request,
    begin: Begin,
    actor: Acting,
    username: Text = "",
    role: Text = "",
    worker: Text = "",
    community: Text = "",
    areas: Texts = None,
) -> Response:
    """Create an account, and show its password this once."""
    wanted = Reach(role, worker.strip(), community, tuple(areas or ()))
    try:
        with begin() as connection:
            made, password = administration.create(connection, actor, username=username, **_reach(wanted))
    except InvalidInput as error:
        codes = tuple(fault.code for fault in error.faults)
        return _list(request, begin, wanted=wanted, wanted_name=username[:80], faults=codes)
    except Conflict:
        return _list(request, begin, wanted=wanted, wanted_name=username[:80], faults=("username_taken",))
    return _list(request, begin, made=made.username, password=password)


@router.get("/{id}")
def show_account(request: Request, id: str, begin: Begin, done: str = "") -> Response:
    """One account."""
    return _one(request, begin, row_id(id, "account"), done=done)


@router.post("/{id}/change")
def change_account(
    request: Request,
    id: str,
    begin: Begin,
    actor: Acting,
    role: Text = "",
    worker: Text = "",
    community: Text = "",
    areas: Texts = None,
) -> Response:
    """Give an account another role, person or areas."""
    chosen = Reach(role, worker.strip(), community, tuple(areas or ()))
    account_id = row_id(id, "account")
    try:
        with begin() as connection:
            administration.change(connection, actor, account_id, **_reach(chosen))
    except InvalidInput as error:
        codes = tuple(fault.code for fault in error.faults)
        return _one(request, begin, account_id, chosen=chosen, faults=codes)
    except Conflict:
        return _one(request, begin, account_id, chosen=chosen, faults=("last_admin",))
    return _changed(request, id, "change")


@router.post("/{id}/password")
def reset_password(request: Request, id: str, begin: Begin, actor: Acting) -> Response:
    """Reset a password, and show the new one this once."""
    account_id = row_id(id, "account")
    with begin() as connection:
        chosen = administration.reset_password(connection, actor, account_id)
    request.app.state.actors.forget_all()
    return _one(request, begin, account_id, password=chosen)


def _verb(name: str, do: Verb) -> None:
    @router.post(f"/{{id}}/{name}", name=name)
    def act(request: Request, id: str, begin: Begin, actor: Acting) -> Response:
        account_id = row_id(id, "account")
        try:
            with begin() as connection:
                do(connection, actor, account_id)
        except Conflict:
            return _one(request, begin, account_id, faults=("last_admin",))
        return _changed(request, id, name)


for _name, _do in VERBS.items():
    _verb(_name, _do)


class _Reach(TypedDict):
    role: AccountRole
    worker_code: str | None
    community: str | None
    areas: tuple[str, ...] | None


def _reach(chosen: Reach) -> _Reach:
    return {
        "role": cast(AccountRole, chosen.role),
        "worker_code": chosen.worker or None,
        "community": chosen.community or None,
        "areas": chosen.areas or None,
    }


def _changed(request: Request, id: str, done: str) -> Response:
    request.app.state.actors.forget_all()
    return RedirectResponse(f"/admin/accounts/{id}?done={done}", 303)


def _list(
    request: Request,
    begin: Begin,
    *,
    words: str = "",
    role: str = "",
    after: str = "",
    wanted: Reach | None = None,
    wanted_name: str = "",
    faults: tuple[str, ...] = (),
    made: str = "",
    password: str = "",
) -> Response:
    words, after = (value.replace("\x00", "")[:80].strip() for value in (words, after))
    chosen = cast(AccountRole, role) if role in ACCOUNT_ROLES else None
    with begin() as connection:
        found = accounts(connection, words=words, role=chosen, after=after, limit=A_PAGE + 1)
        view = AccountsView(
            accounts=listed(connection, found[:A_PAGE]),
            choices=choices(connection),
            words=words,
            role=chosen or "",
            next=found[A_PAGE - 1].username if len(found) > A_PAGE else "",
            wanted=wanted or Reach(),
            wanted_name=wanted_name,
            faults=faults,
            made=made,
            password=password,
        )
        known = communities(connection)
    html = accounts_page(view, shell=shell_of(request, communities=known))
    return page(request, html, 422 if faults else 200)


def _one(
    request: Request,
    begin: Begin,
    account_id: int,
    *,
    chosen: Reach | None = None,
    faults: tuple[str, ...] = (),
    done: str = "",
    password: str = "",
) -> Response:
    with begin() as connection:
        found = account_by_id(connection, account_id)
        view = OneAccountView(
            account=listed(connection, [found])[0],
            chosen=chosen or reach_of(found),
            choices=choices(connection),
            created_at=found.created_at,
            own=found.id == request.state.actor.account_id,
            faults=faults,
            done=done,
            password=password,
        )
        known = communities(connection)
    html = one_account_page(view, shell=shell_of(request, communities=known))
    return page(request, html, 422 if faults else 200)
