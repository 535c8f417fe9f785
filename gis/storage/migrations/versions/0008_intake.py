"""Services of Open311, and the messages that matters came by."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
