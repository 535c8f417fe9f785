"""The audit log, unmaskings, notices, requests to move a car, and how long each is kept."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
