"""A headless Chromium for tests that look at pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)

LONGEST_MS = 20_000
"""A machine that runs several tests at once can be slow to show what is right in the end."""
expect.set_options(timeout=LONGEST_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium (or the one that CHROMIUM names), closed at the end."""
    program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield browser
        browser.close()
