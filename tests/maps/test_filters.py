"""Filters live in the address."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

from maps.filters import Choices, Filters, periods
from maps.layers.surface import radius_m


def test_address_holds_every_filter_and_leaves_out_the_rest() -> None:
    filters = Filters(
        "c",
        "消防安全",
        "open",
        True,
        "visit",
        date(2023, 4, 1),
        date(2023, 5, 1),
        "001",
        True,
        "kept",
        "grid",
        "online",
        "漏水",
        "QG06",
        "综治",
        "settlement",
        "households",
        "1a",
    )
    assert parse_qs(filters.query()[1:]) == {
        "community": ["c"],
        "topic": ["消防安全"],
        "status": ["open"],
        "hazard": ["true"],
        "source": ["visit"],
        "from": ["2023-04-01"],
        "to": ["2023-05-01"],
        "grid": ["001"],
        "place": ["none"],
        "group": ["QG06"],
        "due": ["kept"],
        "level": ["grid"],
        "way": ["online"],
        "q": ["漏水"],
        "line": ["综治"],
        "timed": ["settlement"],
        "per": ["households"],
        "ids": ["1a"],
    }
    assert Filters().query() == "?"


def test_changing_one_filter_keeps_the_others() -> None:
    filters = Filters(community="c", topic="消防安全")
    assert parse_qs(filters.query(status="open")[1:]).keys() == {"community", "topic", "status"}
    assert filters.all_of() == "?community=c"
    assert filters.narrowed
    assert not Filters(community="c").narrowed


def test_presets_count_back_from_the_latest_matter() -> None:
    month, quarter = periods(Filters(since=date(2023, 11, 16)), Choices(latest=date(2023, 12, 15)))
    assert (month.days, month.since, month.chosen) == (30, date(2023, 11, 16), True)
    assert (quarter.days, quarter.since, quarter.chosen) == (90, date(2023, 9, 17), False)
    assert month.query == "?from=2023-11-16"


def test_no_preset_without_a_matter() -> None:
    assert periods(Filters(), Choices()) == ()


def test_radius_follows_the_size_of_the_area() -> None:
    assert radius_m((107.085, 29.153, 107.096, 29.164)) == 50
    assert radius_m((-71.19, 42.23, -70.99, 42.40)) in (800, 1000)
