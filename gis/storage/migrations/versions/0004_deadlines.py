"""By when each stage of a matter should end."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
