"""Channels, webhooks, templates, the outbox, and notices of the events of matters."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
