"""Words of matters by which they are found, and indexes for lists, figures and the dispatcher's desk."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
