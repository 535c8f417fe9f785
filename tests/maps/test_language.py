"""Chinese and English say everything that the pages say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir

import maps
from gis.actor import AccountRole
from gis.storage.tables import METHODS, ROLES, STATUSES
from maps.language import LANGUAGES, Language, catalogue, words
from maps.words import NAMES, name_of
from tests.maps.sample import empty_pages, pages

PACKAGE = Path(maps.__file__).parent
ROOMS = [PACKAGE, PACKAGE.parent / "gis", PACKAGE.parent / "api"]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "said": None, "rows": (3,)}
CHINA = ZoneInfo("Asia/Shanghai")
Message = str | tuple[str, ...]


def used_messages(*folders: Path) -> set[Message]:
    """Every message id that a module or a template names."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("templates/**.html", "jinja2")]
    found = (each for folder in folders or ROOMS for each in extract_from_dir(folder, methods, keywords=KEYWORDS))
    return {message for _, _, message, _, _ in found}


def missing(language: Language, used: set[Message]) -> set[Message]:
    """The messages that a catalogue does not translate."""
    known = {
        message.id if isinstance(message.id, str) else tuple(message.id)
        for message in catalogue(language)
        if message.id and message.string and all(message.string)
    }
    return used - known


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_every_message(language: Language) -> None:
    assert missing(language, used_messages()) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_nothing_else(language: Language) -> None:
    known = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue(language) if m.id}
    assert known - used_messages() == set()


def test_missing_message_is_found(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "new.html").write_text('<p>{{ _("Nobody has translated this") }}</p>')
    assert missing("zh", used_messages(tmp_path)) == {"Nobody has translated this"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_translation(language: Language) -> None:
    placeholder = re.compile(r"%\((\w+)\)s|\{(\w+)[!:}]")
    for message in catalogue(language):
        ids = [message.id] if isinstance(message.id, str) else message.id
        texts = [message.string] if isinstance(message.string, str) else message.string
        wanted = {name for each in ids for name in placeholder.findall(each)}
        for text in texts if message.id else []:
            assert set(placeholder.findall(text)) == wanted, message.id


def test_chinese_page_has_no_english_sentence_and_the_reverse() -> None:
    for html in (*pages().values(), *empty_pages().values()):
        assert '<html lang="zh-CN">' in html
        assert "matters" not in re.sub(r"<script.*?</script>|<[^>]+>", "", html, flags=re.S)
    english = pages("water", "en")["density"]
    assert '<html lang="en">' in english
    visible = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", "", english, flags=re.S)
    assert set(re.findall(r"[\u4e00-\u9fff]+", visible)) <= {"长远社区", "中文"}


def test_stored_values_have_names() -> None:
    assert set(STATUSES) <= NAMES["status"].keys()
    assert set(METHODS) <= NAMES["method"].keys()
    assert set(ROLES) <= NAMES["role"].keys()
    assert NAMES["account"].keys() == set(AccountRole.__args__)


def test_value_that_is_not_known_is_shown_as_it_is() -> None:
    assert name_of("topic", "drains", words("zh")) == "drains"


def test_stages_are_the_words_of_the_field() -> None:
    spoken = words("zh")
    stages = [name_of("status", each, spoken) for each in ("reported", "accepted", "at_street", "at_department")]
    assert stages == ["网民呼叫", "网格快反", "街道处置", "部门报到"]


def test_numbers_shares_and_days_are_written_as_people_write_them() -> None:
    chinese, english = words("zh"), words("en")
    assert chinese.number(3378) == "3,378"
    assert chinese.number(34.26, digits=1) == "34.3"
    assert english.share(1, 3) == "33%"
    assert english.share(1, 3000) == "<1%"
    assert english.share(0, 0) == "—"
    late = datetime(2023, 12, 14, 17, 30, tzinfo=UTC)
    assert chinese.day(late, CHINA) == "2023年12月15日"
    assert english.moment(late, CHINA) == "15 Dec 2023, 01:30"
    assert english.day(date(2023, 4, 1), CHINA) == "1 Apr 2023"


def test_english_counts_one_and_many() -> None:
    spoken = words("en")
    assert [spoken.ngettext("matter", "matters", n) for n in (0, 1, 2)] == ["matters", "matter", "matters"]
