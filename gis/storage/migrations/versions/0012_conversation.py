"""Conversations that are pasted, until they are confirmed. Reporters' names are sealed, and masked in their column."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy import text

from gis.actor import SYSTEM
from gis.security.masking import masked_name
from gis.security.vault import vault_of
from gis.storage.script import run_script
from gis.storage.session import set_actor

revision = "0012"
down_revision = "0011"

_IN_CLEAR = text("SELECT id, reporter_name FROM issue WHERE reporter_name IS NOT NULL AND reporter_name_sealed IS NULL")
_SEAL = text("UPDATE issue SET reporter_name = :masked, reporter_name_sealed = :sealed WHERE id = :id")


def upgrade() -> None:
    connection = op.get_bind()
    set_actor(connection, SYSTEM)  # policies bind the owner too
    run_script(connection, Path(__file__).with_suffix(".sql"))
    named = [
        {"id": id, "masked": masked_name(name), "sealed": vault_of(connection).seal(name, of="issue.reporter_name")}
        for id, name in connection.execute(_IN_CLEAR)
    ]
    if named:
        connection.execute(_SEAL, named)
