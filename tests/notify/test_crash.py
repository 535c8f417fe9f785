"""A sending process is killed between two steps: nothing is lost, and nobody is told twice."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from gis.actor import SYSTEM
from gis.notify.sender import Sender
from gis.notify.signing import checked_id
from gis.notify.webhooks import add_webhook
from gis.population.residents import numbers_of
from gis.storage.session import OWNER, transaction
from gis.storage.tables import notice
from tests.notify.dying import STEPS

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins


def die_before(town, step):
    url = town.engine.url.set(username=OWNER).render_as_string(hide_password=False)
    program = [sys.executable, "-m", "tests.notify.dying", url, str(town.settings.home), step]
    died = subprocess.run(program, cwd=Path(__file__).parents[2], timeout=90, capture_output=True, text=True)
    assert died.returncode == -9, died.stderr


def take_over(town):
    """Another process goes on, once the dead one has been silent for a second."""
    sender = Sender(town.engine, town.settings, numbers_of, dead_after_s=1.0)
    sender.start()
    until = time.monotonic() + 30
    try:
        while town.waiting() or {"waiting", "sending"} & set(town.notices()):
            assert time.monotonic() < until, town.notices()
            time.sleep(0.1)
        with transaction(town.engine) as connection:
            assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")) == 0
    finally:
        sender.stop()


@pytest.mark.parametrize("step", STEPS)
def test_webhook_is_told_of_every_event_and_can_tell_a_repetition(town, receiver, step):
    with transaction(town.engine) as connection:
        _, secret = add_webhook(connection, name="市平台", url=receiver.url(), actor=SYSTEM)
    town.report()
    die_before(town, step)
    take_over(town)
    assert town.notices() == ["sent"]
    ids = [checked_id(each.headers, each.body, secret=secret, now_s=int(time.time())) for each in receiver.taken]
    assert len(ids) == (2 if step == "that is written down" else 1)
    assert len(set(ids)) == 1


@pytest.mark.parametrize("step", STEPS)
def test_channel_is_told_once_or_a_person_is(town, receiver, step):
    town.channel(receiver.channel())
    town.report()
    die_before(town, step)
    take_over(town)
    found = town.notices(notice.c.state, notice.c.reason)
    if step in ("it is handed over", "that is written down"):
        assert found == [("failed", "unsure")]
        assert len(receiver.taken) == (step == "that is written down")
    else:
        assert found == [("sent", None)]
        assert len(receiver.taken) == 1
