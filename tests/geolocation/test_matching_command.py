"""`locate-text`: a file of texts in, one JSON object a line out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.commands.texts import app
from gis.errors import InvalidInput
from gis.geolocation.matching.files import read_gazetteer

GAZETTEER = """name,aliases,lon,lat,parent
金佛尚城,尚城,107.09,29.16,
金佛尚城3栋,,107.0901,29.1601,金佛尚城
金佛尚城5栋,,107.0902,29.1602,金佛尚城
南大街42号,老供销社,107.08,29.15,
"""


def located(folder: Path, text: str, *options: str) -> list[dict[str, Any]]:
    texts, out = folder / "texts.txt", folder / "out.jsonl"
    texts.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, [str(texts), "-o", str(out), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_parts_need_neither_gazetteer_nor_database(tmp_path: Path) -> None:
    first, empty, last = located(tmp_path, "尚城 3幢2单元502\n\n2号楼电梯坏了\n", "--parts-only")
    assert first["parts"][1] == {"kind": "building", "value": "3", "text": "3幢", "start": 3, "end": 5}
    assert empty == {"parts": []}
    assert last["parts"][0]["value"] == "2"


def test_places_of_a_file_are_found(tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text(GAZETTEER, encoding="utf-8")
    said = located(tmp_path, "尚城三幢2单元502\n老供销社门口\n金佛尚城大门口\n今天停水", "--gazetteer", str(places))
    assert [s["decision"] for s in said] == ["assigned", "assigned", "assigned", "unknown"]
    assert [s["candidates"][0]["building"]["name"] for s in said[:3]] == ["金佛尚城3栋", "南大街42号", "金佛尚城"]
    assert said[0]["candidates"][0]["building"]["lon"] == 107.0901
    assert said[3]["candidates"] == []


def test_every_fault_of_a_gazetteer_file_is_told_at_once(tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("name,lon,lat\n,107,29\n甲,east,29\n乙,107,129\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as told:
        read_gazetteer(places)
    assert {fault.where.split(".")[0] for fault in told.value.faults} == {"row 2", "row 3", "row 4"}


def test_gazetteer_file_without_coordinates_is_refused(tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("name,aliases\n甲,\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="no column lon"):
        read_gazetteer(places)
