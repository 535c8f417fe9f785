"""What the dashboard says where there is nothing to say."""

from __future__ import annotations

from datetime import date

import pytest

from maps.filters import Choices, Filters
from maps.layers.base import BaseMap
from maps.pages.dashboard import DashboardView, GridRow, Scale

DAY = date(2023, 12, 15)


def test_nothing_in_any_grid_has_the_colour_of_least_trouble() -> None:
    assert Scale(classes=((0, 0, 31),)).step(0) == 1


def test_one_amount_in_every_grid_is_neither_the_least_nor_the_most() -> None:
    assert Scale(classes=((4, 4, 31),)).step(0) == 3
    assert Scale(classes=((0, 0, 31),), reversed=True).step(0) == 3  # of a share on time, 0% is no good news


@pytest.mark.parametrize("measure", ["overdue", "rate"])
def test_grid_in_which_there_is_nothing_is_not_in_trouble(measure: str) -> None:
    grids = (GridRow("1", "第一网格", "", 2.0, 2, 9), GridRow("2", "第二网格", "", 0.0, 0, 9))
    view = DashboardView(Filters(), Choices(), DAY, DAY, (), BaseMap(), measure=measure, by_grid=grids)
    assert [row.code for row in view.worst] == ["1"]
