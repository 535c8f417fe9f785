"""What a reporter adds by chat to a matter in work."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
