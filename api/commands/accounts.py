"""`./dualgrid account`: who can sign in."""

from __future__ import annotations

import sys
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.table import Table

from api.commands.opened import opened
from gis.actor import AccountRole
from gis.security.accounts import accounts, create_account, disable_account
from gis.security.credentials import set_password
from gis.settings import Settings
from gis.storage.tables import ACCOUNT_ROLES

app = typer.Typer(help="Accounts: list, add, password, disable.", add_completion=False, no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The account's name.", metavar="NAME")]


@app.command("list")
def list_accounts() -> None:
    """List all accounts."""
    with opened(Settings()) as connection:
        found = accounts(connection)
    table = Table("account", "role", "worker", "disabled")
    for each in found:
        table.add_row(each.username, each.role, each.worker, f"{each.disabled_at:%Y-%m-%d}" if each.disabled_at else "")
    Console().print(table)


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ACCOUNT_ROLES)}.")],
    worker: Annotated[
        str | None, typer.Option(help="Id of the person in the workers' file (roles with posts).")
    ] = None,
    community: Annotated[str | None, typer.Option(help="Code of the worker's community, if needed.")] = None,
    area: Annotated[
        list[str] | None,
        typer.Option(help="Code of an area that an official or planner sees, repeatable; all areas if left out."),
    ] = None,
) -> None:
    """Add an account. The password is asked for, or read from the first line of standard input."""
    password = _password()
    with opened(Settings()) as connection:
        create_account(
            connection,
            username=name,
            password=password,
            role=cast(AccountRole, role),
            worker_code=worker,
            community=community,
            areas=area,
        )
    print(f"Added {name}.")


@app.command("password")
def change_password(name: Name) -> None:
    """Change a password and end the account's sign-ins."""
    password = _password()
    with opened(Settings()) as connection:
        set_password(connection, name, password)
    print(f"Changed the password of {name}.")


@app.command()
def disable(name: Name) -> None:
    """Shut an account and end its sign-ins, within seconds also in a running service."""
    with opened(Settings()) as connection:
        disable_account(connection, name)
    print(f"Disabled {name}.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    entered: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return entered
