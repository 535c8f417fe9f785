"""The pairs of characters that a search finds words by, in half the time."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
