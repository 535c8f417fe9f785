"""`/account`: the reader's own account: the password, where it is signed in, its API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gis.actor import AccountRole
from maps.language import N_
from maps.page import Shell, render
from maps.pages.account_faults import sentences

DONE = {
    "password": N_("Your password is changed. Every other sign-in and token has ended."),
    "ended": N_("It has ended."),
    "elsewhere": N_("Every other sign-in and token has ended."),
}


@dataclass(frozen=True, slots=True)
class ShownSignIn:
    """One sign-in or API token. `device` is what it was opened with, `present` the one that looks."""

    id: str
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    name: str = ""
    by_provider: bool = False
    present: bool = False


@dataclass(frozen=True, slots=True)
class AccountView:
    """`must_change` leaves nothing but the new password to be chosen; `new_token` is shown this once.

    `token_days` are the lives to choose from; `faults` (codes) are what was wrong, `done` what was done.
    """

    username: str
    role: AccountRole
    person: str = ""
    areas: tuple[str, ...] = ()
    sign_ins: tuple[ShownSignIn, ...] = ()
    tokens: tuple[ShownSignIn, ...] = ()
    token_days: tuple[int, ...] = ()
    must_change: bool = False
    new_token: str = ""
    faults: tuple[str, ...] = ()
    done: str = ""


def account_page(view: AccountView, *, shell: Shell) -> str:
    """Forms that post to `/account/password`, `/account/tokens`, `/account/sign-ins/…`."""
    return render("account.html", shell=shell, view=view, faults=sentences(view.faults), done=DONE.get(view.done, ""))
