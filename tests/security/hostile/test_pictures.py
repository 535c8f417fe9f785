"""Hostile pictures are refused with a reason, or lose all that is not a picture; neither time nor memory is spent."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from gis.errors import InvalidInput
from gis.files.pictures import read_picture
from tests.photos import pixels
from tests.security.hostile.pictures import POLYGLOTS, REFUSED, SCRIPT

LONGEST_S = 15.0
"""On a busy machine, with what it takes to make the picture."""
MOST_MEMORY_KB = 700_000


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_picture_is_refused_with_a_reason(name: str) -> None:
    code, make = REFUSED[name]
    content, began = make(), time.monotonic()
    with pytest.raises(InvalidInput) as refused:
        read_picture(content, where="photos.0")
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("photos.0", code)]
    assert time.monotonic() - began < LONGEST_S


@pytest.mark.parametrize("name", POLYGLOTS)
def test_picture_that_is_something_else_as_well_is_only_a_picture_afterwards(name: str) -> None:
    found = read_picture(POLYGLOTS[name](), where="photos.0")
    for kept in (found.full, found.thumbnail):
        assert b"script" not in kept
        assert b"PK\x03\x04" not in kept
        assert pixels(kept).format == "JPEG"
    assert SCRIPT in POLYGLOTS[name]()


def test_hostile_pictures_do_not_fill_the_memory() -> None:
    code = (
        "import re\n"
        "from pathlib import Path\n"
        "from gis.errors import InvalidInput\n"
        "from gis.files.pictures import read_picture\n"
        "from tests.photos import photo\n"
        "from tests.security.hostile.pictures import REFUSED, png\n"
        "for _, make in (*REFUSED.values(), ('', lambda: png(4800, 4800))):\n"
        "    try: read_picture(make(), where='p')\n"
        "    except InvalidInput: pass\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < MOST_MEMORY_KB
