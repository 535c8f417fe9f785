"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.cli import COMMANDS
from gis.importers.fields import fields_table
from gis.settings import settings_table

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_lists_every_setting_as_the_code_declares_it() -> None:
    assert settings_table() in README


def test_readme_lists_every_field_of_an_import_as_the_code_declares_it() -> None:
    assert fields_table() in README


def test_readme_and_launcher_name_every_command() -> None:
    launcher = (ROOT / "dualgrid").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"./dualgrid {name} " not in launcher] == []
    shown = set(re.findall(r"^ +\./dualgrid (\w+)", README, flags=re.MULTILINE))
    assert shown
    assert shown <= COMMANDS.keys()


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "data/boundaries/README.md"])
def test_links_lead_to_files_that_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_architecture_names_rooms_that_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = re.findall(r"`((?:gis|maps|api|data|tests)/[\w/.]*)`", text)
    assert rooms
    assert [room for room in rooms if not (ROOT / room).exists()] == []
