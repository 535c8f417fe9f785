"""Lines and topics as one taxonomy, by what a matter has its topic, and the model that tells topics apart."""

from pathlib import Path

from alembic import op

from gis.storage.script import run_script

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_script(op.get_bind(), Path(__file__).with_suffix(".sql"))
