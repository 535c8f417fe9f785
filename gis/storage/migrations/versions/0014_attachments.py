"""Photos of matters, and for how long they are kept."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
