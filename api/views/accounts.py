"""What `/account` and `/admin/accounts` show."""

from __future__ import annotations

import re
from datetime import datetime
from typing import get_args

from fastapi import Request
from sqlalchemy import Connection

from api import own_account
from gis.actor import AccountRole
from gis.boundaries.areas import areas, communities, today
from gis.security.accounts import Account, account_by_id
from gis.security.lockout import waiting
from gis.security.sign_in import SignIn
from gis.settings import Settings
from gis.workforce.workers import workers
from maps.filters import Choice
from maps.pages.account import AccountView, ShownSignIn
from maps.pages.accounts import Choices, ListedAccount, Reach

TOKEN_DAYS = (30, 90, 180, 365)
_BROWSERS = (
    (r"MicroMessenger", "WeChat"),
    (r"Edg", "Edge"),
    (r"Firefox", "Firefox"),
    (r"Chrome|CriOS", "Chrome"),
    (r"Safari", "Safari"),
)
_SYSTEMS = (
    (r"HarmonyOS", "HarmonyOS"),
    (r"Android", "Android"),
    (r"iPhone|iPad", "iOS"),
    (r"Windows", "Windows"),
    (r"Mac OS X", "macOS"),
    (r"Linux", "Linux"),
)


def device_of(client: str) -> str:
    """What a browser's long name for itself means to people: `Firefox · Windows`; a program's first word."""
    found = [
        next((name for pattern, name in names if re.search(pattern, client)), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or client.partition("/")[0]


def account_view(
    connection: Connection, request: Request, *, faults: tuple[str, ...] = (), done: str = "", new_token: str = ""
) -> AccountView:
    """The account of the one who asks."""
    settings: Settings = request.app.state.settings
    found = account_by_id(connection, own_account.account_id_of(request.state.actor))
    held = [_shown(each) for each in own_account.own_sign_ins(connection, request)]
    most = settings.api_token_days
    return AccountView(
        username=found.username,
        role=found.role,
        person=found.worker_name or "",
        areas=_area_names(connection, found.areas),
        sign_ins=tuple(each for each in held if not each.name),
        tokens=tuple(each for each in held if each.name),
        token_days=tuple(days for days in TOKEN_DAYS if days <= most) or (most,),
        must_change=found.must_change_password,
        new_token=new_token,
        faults=faults,
        done=done,
    )


def listed(connection: Connection, found: list[Account]) -> tuple[ListedAccount, ...]:
    """Accounts as lines of the list, with who has to wait."""
    waits = waiting(connection, [each.username for each in found])
    names = {each.code: each.name for each in areas(connection)}
    return tuple(_listed(each, names, waits.get(each.username)) for each in found)


def reach_of(account: Account) -> Reach:
    """What the form of an account shows as chosen."""
    return Reach(account.role, account.worker or "", areas=account.areas)


def choices(connection: Connection) -> Choices:
    """What a form about an account offers."""
    people = workers(connection, day=today(connection))
    return Choices(
        roles=get_args(AccountRole),
        areas=tuple((each.code, each.name, each.level) for each in areas(connection)),
        workers=tuple((each.code, each.name) for each in people),
        communities=tuple(Choice(each.code, each.name) for each in communities(connection)),
    )


def _shown(each: SignIn) -> ShownSignIn:
    return ShownSignIn(
        id=str(each.id),
        device=device_of(each.client),
        address=each.address,
        created_at=each.created_at,
        last_seen_at=each.last_seen_at,
        expires_at=each.expires_at,
        name=each.name or "",
        by_provider=each.method == "provider",
        present=each.present,
    )


def _listed(account: Account, names: dict[str, str], waits_until: datetime | None) -> ListedAccount:
    return ListedAccount(
        id=str(account.id),
        username=account.username,
        role=account.role,
        person=account.worker_name or "",
        areas=tuple(names.get(code, code) for code in account.areas),
        disabled_at=account.disabled_at,
        waits_until=waits_until,
        must_change=account.must_change_password,
    )


def _area_names(connection: Connection, codes: tuple[str, ...]) -> tuple[str, ...]:
    names = {each.code: each.name for each in areas(connection)} if codes else {}
    return tuple(names.get(code, code) for code in codes)
