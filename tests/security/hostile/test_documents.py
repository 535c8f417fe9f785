"""What the security documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("page", ["SECURITY.md", "tests/security/README.md", "docs/processing-records.md"])
def test_tests_and_files_that_are_named_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    tests = set(re.findall(r"`([\w/]+\.py)`", text))
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    at = (ROOT, ROOT / "tests/security", ROOT / "tests/security/hostile")
    assert [name for name in tests if not any((folder / name).exists() for folder in at)] == []
    assert [name for name in linked if not ((ROOT / page).parent / name).exists()] == []
