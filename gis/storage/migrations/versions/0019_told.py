"""That a reporter was told the answer, and the reporter's word by chat."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
