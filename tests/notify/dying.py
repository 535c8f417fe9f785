"""A process that relays and sends, and is killed as by `kill -9` just before one step: `dying.py URL HOME STEP`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import ModuleType

from gis.notify import relay, sending
from gis.notify.sender import Sender
from gis.population.residents import numbers_of
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.session import create_engine

STEPS: dict[str, tuple[ModuleType | type, str]] = {
    "its notices have jobs": (relay, "defer"),
    "it is being sent": (sending, "_begin"),
    "it is handed over": (sending._Message, "hand_over"),
    "that is written down": (sending, "_settle"),
}


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    url, home, step = sys.argv[1:]
    settings = Settings(home=Path(home), database_url=url)
    setattr(*STEPS[step], die)
    sender = Sender(create_engine(url, vault=Vault.of(settings)), settings, numbers_of)
    sender.start()
    sender._thread.join(60)
