"""The first schema: areas, grids, population, workforce, groups, issues, accounts."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
