"""Who may see what: areas of accounts, the roles of the online groups, who entered a matter."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
