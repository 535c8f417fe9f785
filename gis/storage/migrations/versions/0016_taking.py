"""Keys that files are signed with, and reports of a week or a month."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
