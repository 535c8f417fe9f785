"""Lockout, idle expiry, sign-ins that a person can tell apart, API tokens with a name."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
