"""`./dualgrid key`: the keys that personal data is sealed with."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api import progress
from api.commands.opened import opened_engine
from gis.errors import Conflict, said
from gis.security.keys import KeyFile, key_path, new_key
from gis.security.rotation import counted, rotate
from gis.security.signing import public_keys, renew
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import transaction

app = typer.Typer(help="The keys of personal data: status, rotate. Those of files: signing.", add_completion=False)


@app.command("status")
def status() -> None:
    """Say which keys hold how many values of each column; the first is for new values."""
    settings = Settings()
    with opened_engine(settings) as engine, transaction(engine) as connection:
        ids, found = vault_of(connection).key_ids, counted(connection)
    table = Table("key", "values", "of", title=f"Keys from {_source(settings)}", title_justify="left")
    for id in ids:
        columns = found.get(id, Counter())
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(columns.items()))
        table.add_row(id.hex(), f"{sum(columns.values()):,}", told)
    Console().print(table)


@app.command("rotate")
def rotate_() -> None:
    """Seal everything anew with a new key, in batches, while the service runs. Stopped, it goes on when run again.

    With the home's own key file a new key is made, unless a rotation is to be ended. With DUALGRID_DATA_KEYS, put the
    new key (openssl rand -base64 32) before the old one first, with a comma, and restart what runs with it. Keep the
    old key until this has ended, and with the backups that were made before.
    """
    settings = Settings()
    with opened_engine(settings) as engine:
        with transaction(engine) as connection:
            current, *others = vault_of(connection).key_ids
            under_others = any(id != current for id in counted(connection))
        if not under_others:
            _begin(settings, renewed=bool(others))
        with progress.shown() as tell:
            count = rotate(engine, progress=tell)
        with transaction(engine) as connection:
            current = vault_of(connection).key_ids[0]
    print(f"Sealed {count:,} values anew; all are under the key {current.hex()}. Back it up: {_source(settings)}.")


@app.command("signing")
def signing(
    renew_: Annotated[bool, typer.Option("--renew", help="Sign with a new key from now on.")] = False,
    distrust: Annotated[
        bool, typer.Option("--distrust", help="With --renew, after a theft: what the old key signed is no longer ours.")
    ] = False,
) -> None:
    """Show the public keys that files of this service are checked with, the one that signs first; or change it.

    What a retired key has signed stays valid; its secret half is deleted. `/.well-known/dualgrid-keys.json` gives the
    same to everybody.
    """
    if distrust and not renew_:
        raise Conflict(said("--distrust goes with --renew."))
    settings = Settings()
    with opened_engine(settings) as engine, transaction(engine) as connection:
        if renew_:
            renew(connection, distrust=distrust)
        keys = public_keys(connection)
    table = Table("key", "public half", "since", "until", title="Keys that sign files", title_justify="left")
    for key in keys:
        until = f"{key.retired_at:%Y-%m-%d}" if key.retired_at else ""
        table.add_row(
            key.id, base64.urlsafe_b64encode(key.public).rstrip(b"=").decode(), f"{key.made_at:%Y-%m-%d}", until
        )
    Console().print(table if keys else "Nothing has been signed yet: the key is made with the first file.")


def _begin(settings: Settings, *, renewed: bool) -> None:
    """Put a new key in front of the home's own; those that hold nothing any more are left out."""
    if settings.data_keys is None:
        file = KeyFile(key_path(settings))
        file.replace((new_key(), file.keys()[0]))
    elif not renewed:
        raise Conflict(
            said("DUALGRID_DATA_KEYS names one key: put a new one (openssl rand -base64 32) before it, by a comma.")
        )


def _source(settings: Settings) -> str:
    return "DUALGRID_DATA_KEYS" if settings.data_keys is not None else str(key_path(settings))
