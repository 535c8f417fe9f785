"""Matters counted by square cell, day and what they are filtered by, kept ready for maps."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
