"""What is taken along of a map: on paper, true and masked, within the reader's scope, on record."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from gis.security.signed_file import check
from gis.security.signing import PublicKey

BOX = "107.0005,28.9995,107.0035,29.0015"


@pytest.fixture
def matters(report: Callable[..., Any]) -> None:
    report("漏水 13812345678", building_id="B1")
    report("路灯不亮", building_id="B3")
    report("漏水", location={"lon": 107.0025, "lat": 29.0005})


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert len(document) == 1
        page = document[0]
        text = page.get_textpage()
        try:
            return re.sub(r"\s+", " ", text.get_text_bounded())
        finally:
            text.close()
            page.close()
    finally:
        document.close()


def size_mm(pdf: bytes) -> tuple[int, int]:
    document = pypdfium2.PdfDocument(pdf)
    width, height = document.get_page_size(0)
    document.close()
    return round(width / 72 * 25.4), round(height / 72 * 25.4)


@pytest.mark.usefixtures("matters")
def test_sheet_says_what_it_shows_for_whom_and_who_printed_it(client_for: Any, source: str) -> None:
    answer = client_for("official").get("/api/maps/sheet", params={"source": source, "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    said = words_of(answer.content)
    for phrase in (
        "Where the matters are",
        "All time",
        source,
        "Matters per hectare",
        "Printed by official",
        "Data of",
    ):
        assert phrase in said
    assert "3 of 3 matters have a place" in said
    assert "漏水" not in said
    assert "13812345678" not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.usefixtures("matters")
def test_sheet_per_100_households_fits_on_one_page_and_says_how_it_is_smoothed(
    client_for: Any, source: str, lang: str, orientation: str
) -> None:
    asked = {"source": source, "per": "households", "orientation": orientation, "lang": lang}
    answer = client_for("official").get("/api/maps/sheet", params=asked)
    said = words_of(answer.content).replace(" ", "")
    assert "Marshall1991" in said
    assert {"zh": "每百户事项数", "en": "Mattersper100households"}[lang] in said


@pytest.mark.usefixtures("matters")
def test_sheet_and_file_leave_out_the_homes_that_their_reader_may_not_be_told(client_for: Any, source: str) -> None:
    """Each building has fewer households than an official is told of: none of the matters has a rate."""
    asked = {"source": source, "per": "households", "lang": "en"}
    sheet, file = (client_for("official").get(f"/api/maps/{kind}", params=asked) for kind in ("sheet", "file"))
    assert "Not shown: 3 where nobody lives" in words_of(sheet.content)
    assert "Not shown: 3 where nobody lives" in file.text
    assert '"dark": "", "light": ""' in file.text
    clear = client_for("dispatcher").get("/api/maps/sheet", params=asked)
    assert "Not shown" in words_of(clear.content)
    assert "Not shown: 3" not in words_of(clear.content)


@pytest.mark.usefixtures("matters")
def test_worker_prints_what_is_in_scope(client_for: Any, source: str) -> None:
    answer = client_for("worker").get("/api/maps/sheet", params={"source": source, "lang": "en"})
    assert "1 of 1 matter has a place" in words_of(answer.content)


@pytest.mark.parametrize(
    ("paper", "orientation", "expected"),
    [
        ("a4", "landscape", (297, 210)),
        ("a4", "portrait", (210, 297)),
        ("a3", "landscape", (420, 297)),
        ("a3", "portrait", (297, 420)),
    ],
)
def test_paper_is_as_asked(admin: Any, source: str, paper: str, orientation: str, expected: tuple[int, int]) -> None:
    asked = {"paper": paper, "orientation": orientation, "source": source, "lang": "en"}
    made = admin.get("/api/maps/sheet", params=asked).content
    assert size_mm(made) == expected
    assert "Printed by admin" in words_of(made)


def test_picture_is_the_sheet_at_200_dots_an_inch(admin: Any, source: str) -> None:
    answer = admin.get("/api/maps/sheet", params={"format": "png", "extent": BOX, "source": source})
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == pytest.approx((297 / 25.4 * 200, 210 / 25.4 * 200), abs=2)
    assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)


def test_scale_follows_the_extent(admin: Any, source: str) -> None:
    def scale(extent: str) -> int:
        asked = {"extent": extent, "source": source, "lang": "en"}
        found = re.search(r"\b1:([\d,]+)", words_of(admin.get("/api/maps/sheet", params=asked).content))
        assert found
        return int(found[1].replace(",", ""))

    near, far = scale("107.000,29.000,107.001,29.001"), scale("107.000,29.000,107.010,29.010")
    assert far == pytest.approx(10 * near, rel=0.02)


def test_print_is_on_record(client_for: Any, admin: Any, source: str) -> None:
    client_for("official").get("/api/maps/sheet", params={"source": source})
    latest = admin.get("/api/audit", params={"action": "export"}).json()["entries"][0]
    assert latest["actor"] == "official"
    assert (latest["detail"]["kind"], latest["detail"]["format"]) == ("sheet", "pdf")


@pytest.mark.parametrize(
    "asked",
    [
        {"paper": "a0"},
        {"orientation": "upside_down"},
        {"layer": "weather"},
        {"format": "docx"},
        {"extent": "1,2,3"},
        {"extent": "107.1,29,107.0,30"},
        {"grid": "no such"},
        {"community": "no such"},
    ],
)
def test_sheet_that_cannot_be_is_refused(admin: Any, asked: dict[str, str]) -> None:
    assert admin.get("/api/maps/sheet", params=asked).status_code == 422


def test_who_only_reports_prints_nothing(client_for: Any) -> None:
    assert client_for("intake").get("/api/maps/sheet").status_code == 403


def brought(client: Any, path: str, **asked: str) -> Any:
    """The answer of a path that tells how far it is until it is there."""
    for _ in range(200):
        answer = client.get(path, params=asked)
        if answer.status_code != 202:
            return answer
        assert int(answer.headers["retry-after"]) >= 1
        time.sleep(0.05)
    raise AssertionError("it never ended")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.usefixtures("matters")
def test_sheet_of_hotspots_is_one_page_with_method_period_and_number_and_says_when_there_are_too_few(
    client_for: Any, source: str, lang: str, orientation: str
) -> None:
    asked = {"layer": "hotspots", "source": source, "orientation": orientation, "lang": lang}
    said = words_of(brought(client_for("official"), "/api/maps/sheet", **asked).content).replace(" ", "")
    assert "GetisOrdGi*" in said.replace("-", "")
    for phrase in {
        "zh": ("太少，不下结论", "3件", "打印人：official", "控制错误发现率"),
        "en": ("Toofewtosay", "3matters", "Printedbyofficial", "false-discoveryrate", "3of3mattershaveaplace"),
    }[lang]:
        assert phrase in said


@pytest.mark.usefixtures("matters")
def test_sheet_of_hotspots_is_of_the_answer_that_the_page_has(client_for: Any, source: str, app: Any) -> None:
    """What is known is not worked out a second time: the sheet is there at once, and the store has one answer more."""
    client = client_for("dispatcher")
    brought(client, "/api/maps/hotspots", source=source, rate_per="building")
    known = len(app.state.hotspots._done)
    sheet = client.get("/api/maps/sheet", params={"layer": "hotspots", "source": source, "rate_per": "building"})
    cells = client.get("/api/maps/hotspots/cells.geojson", params={"source": source, "rate_per": "building"})
    assert (sheet.status_code, cells.status_code) == (200, 200)
    assert len(app.state.hotspots._done) == known


@pytest.mark.usefixtures("matters")
def test_worker_prints_hotspots_of_what_is_in_scope(client_for: Any, source: str) -> None:
    asked = {"layer": "hotspots", "source": source, "lang": "en"}
    assert "1 of 1 matter has a place" in words_of(brought(client_for("worker"), "/api/maps/sheet", **asked).content)


@pytest.mark.usefixtures("matters")
def test_cells_are_carried_as_the_command_line_writes_them(client_for: Any, admin: Any, source: str) -> None:
    answer = brought(client_for("official"), "/api/maps/hotspots/cells.geojson", source=source)
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    assert (told["type"], told["metadata"]["least_households"]) == ("FeatureCollection", 5)
    assert sum(each["properties"]["count"] for each in told["features"]) == 3
    assert {"count", "rate", "z", "p", "q", "class"} <= set(told["features"][0]["properties"])
    latest = admin.get("/api/audit", params={"action": "export"}).json()["entries"][0]
    assert (latest["actor"], latest["detail"]["kind"]) == ("official", "hotspots")


def test_cells_of_nothing_are_a_file_without_features(admin: Any) -> None:
    told = brought(admin, "/api/maps/hotspots/cells.geojson", source="nowhere").json()
    assert told == {"type": "FeatureCollection", "metadata": {}, "features": []}


SCRIPT = re.compile(r"<script(?P<kind>[^>]*)>(?P<text>.*?)</script>", re.S)


@pytest.fixture
def file(client_for: Any, matters: None, source: str) -> str:
    answer = client_for("official").get("/api/maps/file", params={"source": source, "lang": "en"})
    assert answer.status_code == 200
    assert re.fullmatch(r'attachment; filename="dualgrid-\w+-\d{8}-\d{4}\.html"', answer.headers["content-disposition"])
    return str(answer.text)


def test_file_holds_the_view_masked_and_says_whose_it_is(file: str, source: str) -> None:
    told = json.loads(re.findall(r'id="taken">(.*?)</script>', file)[0])
    assert (told["made_by"], told["matters"]) == ("official", 3)
    assert source in told["filters"]
    assert file.count("data-of-grid=") == 3
    assert "13812345678" not in file
    assert "138****5678" in file


def test_file_names_nothing_to_be_fetched(file: str) -> None:
    markup = SCRIPT.sub("", file)
    styles = "".join(re.findall(r"<style>(.*?)</style>", markup, re.S))
    body = re.sub(r"<style>.*?</style>", "", markup, flags=re.S)
    assert re.findall(r"""(?:src|href)=["']?(?!data:|#)([^"'\s>]+)""", body) == []
    assert "@import" not in styles
    assert re.findall(r"url\((?!#)", styles) == []


def test_policy_of_the_file_names_each_of_its_scripts_and_styles_and_nothing_else(file: str) -> None:
    policy = html.unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', file)[0])
    running = [each["text"] for each in SCRIPT.finditer(file) if "application/json" not in each["kind"]]
    painted = re.findall(r"<style>(.*?)</style>", file, re.S)
    hashes = {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (*running, *painted)}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+\son\w+\s*=", SCRIPT.sub("", file))
    assert not re.search(r"<[^>]+\sstyle\s*=", SCRIPT.sub("", file))


def test_file_is_signed_with_the_key_that_is_published(file: str, nobody: Any) -> None:
    keys = nobody.get("/.well-known/dualgrid-keys.json").json()["keys"]
    assert {key["crv"] for key in keys} == {"Ed25519"}
    public = [PublicKey(base64.urlsafe_b64decode(key["x"] + "="), datetime.now(UTC)) for key in keys]
    assert [key.id for key in public] == [key["kid"] for key in keys]
    assert check(file.encode(), public).verdict == "valid"
    assert check(file.replace("138****5678", "13812345678").encode(), public).verdict == "changed"


def test_worker_carries_only_what_is_in_scope(client_for: Any, matters: None, source: str) -> None:
    answer = client_for("worker").get("/api/maps/file", params={"source": source})
    assert answer.text.count("data-of-grid=") == 1


def test_words_of_residents_do_not_run_in_the_file(client_for: Any, report: Callable[..., Any], source: str) -> None:
    report("</script><script>alert(1)</script>`${alert(2)}`<!--", building_id="B1")
    answer = client_for("official").get("/api/maps/file", params={"source": source})
    assert "<script>alert(1)" not in answer.text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in answer.text


def test_carrying_is_on_record(file: str, admin: Any) -> None:
    latest = admin.get("/api/audit", params={"action": "export"}).json()["entries"][0]
    assert (latest["actor"], latest["detail"]["kind"], latest["detail"]["rows"]) == ("official", "map file", 3)
    assert file


@pytest.mark.usefixtures("matters")
def test_file_of_hotspots_says_what_was_found_and_leads_nowhere(client_for: Any, source: str) -> None:
    asked = {"layer": "hotspots", "source": source, "lang": "en"}
    file = brought(client_for("official"), "/api/maps/file", **asked).text
    assert "Too few to say" in file
    assert "Getis-Ord Gi*" in file
    body = SCRIPT.sub("", re.sub(r"<style>.*?</style>", "", file, flags=re.S))
    assert re.findall(r"""(?:src|href)=["']?(?!data:|#)([^"'\s>]+)""", body) == []
    assert not re.search(r"<[^>]+\sstyle\s*=", body)
