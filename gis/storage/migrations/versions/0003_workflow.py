"""The matter's way from call to answer."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
