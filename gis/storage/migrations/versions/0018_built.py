"""In which year a building was built."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
