"""`/admin/accounts`: who can sign in, as what, and what an administrator does about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gis.actor import AccountRole
from maps.filters import Choice
from maps.language import N_
from maps.page import Shell, render
from maps.pages.account_faults import sentences

DONE = {
    "change": N_("Changed. It holds from now on."),
    "disable": N_("Disabled. Every sign-in and token has ended."),
    "enable": N_("Enabled again, with the password that it had."),
    "unlock": N_("Unlocked: one may try again at once."),
    "sign-out": N_("Every sign-in and token has ended."),
}


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as a line of the list."""

    id: str
    username: str
    role: AccountRole
    person: str = ""
    areas: tuple[str, ...] = ()
    disabled_at: datetime | None = None
    waits_until: datetime | None = None
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """What was chosen in a form: role, person and areas."""

    role: str = ""
    worker: str = ""
    community: str = ""
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers. `areas` as (code, name, level); `workers` as (id, name)."""

    roles: tuple[AccountRole, ...]
    areas: tuple[tuple[str, str, str], ...] = ()
    workers: tuple[tuple[str, str], ...] = ()
    communities: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountsView:
    """One page of the list. `next` leads on; `wanted` and `faults` are those of a new account that would not do.

    `made` and `password` are those of one that was just made; the password is shown this once.
    """

    accounts: tuple[ListedAccount, ...]
    choices: Choices
    words: str = ""
    role: str = ""
    next: str = ""
    wanted: Reach = Reach()
    wanted_name: str = ""
    faults: tuple[str, ...] = ()
    made: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class OneAccountView:
    """One account and what can be done with it; `password` is a new one, shown this once."""

    account: ListedAccount
    chosen: Reach
    choices: Choices
    created_at: datetime
    own: bool = False
    faults: tuple[str, ...] = ()
    done: str = ""
    password: str = ""


def accounts_page(view: AccountsView, *, shell: Shell) -> str:
    """The list, searched by a form, and a form that makes an account by a post to `/admin/accounts`."""
    return render("accounts.html", shell=shell, view=view, faults=sentences(view.faults))


def one_account_page(view: OneAccountView, *, shell: Shell) -> str:
    """Forms that post to `/admin/accounts/{id}/…`."""
    return render(
        "one_account.html", shell=shell, view=view, faults=sentences(view.faults), done=DONE.get(view.done, "")
    )
