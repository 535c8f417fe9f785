"""`./dualgrid purge`: lets go of what has been kept for long enough."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis.actor import SYSTEM
from gis.errors import Fault, InvalidInput, said
from gis.files.store import Store
from gis.issues.attachments import leftovers
from gis.security.retention import keep
from gis.security.retention import purge as purge_data
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import create_owner_engine, transaction

app = typer.Typer(add_completion=False)


@app.command()
def purge(
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this it is only counted.")] = False,
    kept: Annotated[
        list[str] | None, typer.Option("--keep", metavar="WHAT=DAYS", help="Change a rule first; may be repeated.")
    ] = None,
) -> None:
    """Count, or with --apply delete and anonymise, what the retention rules no longer keep."""
    rules = [_rule(each) for each in kept or ()]
    settings = Settings()
    with Cluster(settings).running() as url:
        prepare(url, vault=Vault.of(settings))
        engine = create_owner_engine(url)
        try:
            with transaction(engine, SYSTEM) as connection:
                for what, days in rules:
                    keep(connection, what, days, actor=SYSTEM)
                done = purge_data(connection, actor=SYSTEM, apply=apply)
            store = Store.of(settings)
            with transaction(engine, SYSTEM) as connection:
                left = leftovers(connection, store)
            if apply:
                store.delete(left)
        finally:
            engine.dispose()
    table = Table("what", "kept for days", "then", "rows" if apply else "rows due")
    for each in done:
        table.add_row(each.what, f"{each.days:,}", each.action, f"{each.rows:,}")
    table.add_row("left over in the store of photos", "1", "delete", f"{len(left):,}")
    Console().print(table)
    print("Done." if apply else "Nothing has gone yet: add --apply.")


def _rule(written: str) -> tuple[str, int]:
    what, _, days = written.partition("=")
    if not days.isdecimal():
        raise InvalidInput(
            [Fault("--keep", "not_a_rule", said("{written!r} must be WHAT=DAYS, such as notice=90", written=written))]
        )
    return what, int(days)
