"""`GET /api/issues/export`: the list as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest


@pytest.fixture
def matters(report: Callable[..., Any]) -> None:
    report("=漏水 13812345678", building_id="B1")
    report("路灯不亮", building_id="B3")
    report("漏水", location={"lon": 107.0025, "lat": 29.0005})


def texts(content: bytes, format: str, folder: Path) -> list[str]:
    if format == "csv":
        return [row["text"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
    if format == "xlsx":
        head, *rows = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active.values
        return [row[head.index("text")] for row in rows]
    if format == "geojson":
        return [each["properties"]["text"] for each in json.loads(content)["features"]]
    (folder / "issues.gpkg").write_bytes(content)
    return list(geopandas.read_file(folder / "issues.gpkg")["text"])


@pytest.mark.usefixtures("matters")
@pytest.mark.parametrize("format", ["csv", "xlsx", "geojson", "gpkg"])
@pytest.mark.parametrize("role", ["dispatcher", "worker", "official"])
def test_export_is_the_list(client_for: Any, source: str, tmp_path: Path, format: str, role: str) -> None:
    client = client_for(role)
    asked = {"source": source, "q": "漏水"}
    listed = [each["properties"]["text"] for each in client.get("/api/issues", params=asked).json()["features"]]
    answer = client.get("/api/issues/export", params={**asked, "format": format})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="issues.{format}"'
    exported = [text.removeprefix("'") for text in texts(answer.content, format, tmp_path)]
    assert sorted(exported) == sorted(listed)
    assert len(exported) == (1 if role == "worker" else 2)
    assert b"13812345678" not in answer.content


@pytest.mark.usefixtures("matters")
def test_export_is_on_record(client_for: Any, admin: Any, source: str) -> None:
    client_for("official").get("/api/issues/export", params={"source": source, "format": "csv"})
    latest = admin.get("/api/audit", params={"action": "export"}).json()["entries"][0]
    assert latest["actor"] == "official"
    assert (latest["detail"]["rows"], latest["detail"]["in_clear"]) == (3, False)


def test_format_that_there_is_not_is_refused(admin: Any) -> None:
    assert admin.get("/api/issues/export", params={"format": "pdf"}).status_code == 422
    assert admin.get("/api/issues/export").status_code == 422


def test_who_only_reports_exports_nothing(client_for: Any) -> None:
    assert client_for("intake").get("/api/issues/export", params={"format": "csv"}).status_code == 403
