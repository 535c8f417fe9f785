"""`./dualgrid account`: who can sign in."""

from __future__ import annotations

import sys
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.table import Table

from api.commands.opened import opened
from gis.actor import SYSTEM, AccountRole
from gis.security import administration
from gis.security.accounts import accounts, find_account
from gis.security.lockout import waiting
from gis.settings import Settings
from gis.storage.tables import ACCOUNT_ROLES

app = typer.Typer(
    help="Accounts: who can sign in, and as what.",
    add_completion=False,
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="The account's name.", metavar="NAME")]
Role = Annotated[str, typer.Option(help=f"One of {', '.join(ACCOUNT_ROLES)}.")]
Worker = Annotated[str | None, typer.Option(help="Id of the person in the workers' file (roles with posts).")]
Community = Annotated[str | None, typer.Option(help="Code of the worker's community, if needed.")]
Areas = Annotated[
    list[str] | None,
    typer.Option(help="Code of an area that an official or planner sees, repeatable; all areas if left out."),
]


@app.command("list")
def list_accounts() -> None:
    """List all accounts."""
    with opened(Settings()) as connection:
        found = accounts(connection)
        waits = waiting(connection, [each.username for each in found])
    table = Table("account", "role", "worker", "areas", "disabled", "waits until")
    for each in found:
        disabled = f"{each.disabled_at:%Y-%m-%d}" if each.disabled_at else ""
        until = f"{waits[each.username]:%H:%M} UTC" if each.username in waits else ""
        table.add_row(each.username, each.role, each.worker, " ".join(each.areas), disabled, until)
    Console(width=None if sys.stdout.isatty() else 160).print(table)  # nothing is cut off in a file


@app.command()
def add(
    name: Name,
    role: Role,
    worker: Worker = None,
    community: Community = None,
    area: Areas = None,
) -> None:
    """Add an account. The password is asked for, or read from the first line of standard input."""
    password = _password()
    with opened(Settings()) as connection:
        administration.create(
            connection,
            SYSTEM,
            username=name,
            password=password,
            role=cast(AccountRole, role),
            worker_code=worker,
            community=community,
            areas=area,
            must_change_password=False,
        )
    print(f"Added {name}.")


@app.command("password")
def change_password(name: Name) -> None:
    """Change a password and end the account's sign-ins."""
    password = _password()
    with opened(Settings()) as connection:
        administration.reset_password(connection, SYSTEM, find_account(connection, name).id, password)
    print(f"Changed the password of {name}.")


@app.command()
def change(
    name: Name,
    role: Role,
    worker: Worker = None,
    community: Community = None,
    area: Areas = None,
) -> None:
    """Give an account another role, person or areas; it holds at once, also in a running service."""
    with opened(Settings()) as connection:
        administration.change(
            connection,
            SYSTEM,
            find_account(connection, name).id,
            role=cast(AccountRole, role),
            worker_code=worker,
            community=community,
            areas=area,
        )
    print(f"Changed {name}.")


@app.command()
def reset(name: Name) -> None:
    """Give an account a random password, which is printed and has to be changed at the next sign-in."""
    with opened(Settings()) as connection:
        chosen = administration.reset_password(connection, SYSTEM, find_account(connection, name).id)
    print(f"The new password of {name}: {chosen}")


@app.command()
def disable(name: Name) -> None:
    """Shut an account and end its sign-ins and tokens, at once also in a running service."""
    with opened(Settings()) as connection:
        administration.disable(connection, SYSTEM, find_account(connection, name).id)
    print(f"Disabled {name}.")


@app.command()
def enable(name: Name) -> None:
    """Open an account again, with the password that it had."""
    with opened(Settings()) as connection:
        administration.enable(connection, SYSTEM, find_account(connection, name).id)
    print(f"Enabled {name}.")


@app.command()
def unlock(name: Name) -> None:
    """Let an account's owner try again after too many wrong passwords."""
    with opened(Settings()) as connection:
        administration.unlock(connection, SYSTEM, find_account(connection, name).id)
    print(f"Unlocked {name}.")


@app.command("sign-out")
def sign_out(name: Name) -> None:
    """End all sign-ins and tokens of an account, at once also in a running service."""
    with opened(Settings()) as connection:
        administration.sign_out(connection, SYSTEM, find_account(connection, name).id)
    print(f"Signed {name} out everywhere.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    entered: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return entered
