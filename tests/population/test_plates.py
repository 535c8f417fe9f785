"""Number plates in one spelling."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gis.population.plates import is_plate, plain_plate, plates_in
from gis.storage.tables import household, vehicle
from tests.world import add

SPELLINGS = ["渝A12345", "渝a12345", "渝A·12345", "渝A 12345", "渝A-12345", "渝Ａ１２３４５"]


@pytest.mark.parametrize("written", SPELLINGS)
def test_plate_has_one_spelling_in_python_and_in_the_database(connection, world, written):
    home = connection.scalar(select(household.c.id))
    add(connection, vehicle, household_id=home, plate=written)
    assert connection.scalar(select(vehicle.c.plain_plate)) == plain_plate(written) == "渝A12345"
    assert is_plate(written)


@pytest.mark.parametrize("written", ["渝A1234", "12345", "A12345", "渝A12345的车", "", "渝" * 30, "3栋2单元"])
def test_other_words_are_no_plate(written):
    assert not is_plate(written)


def test_plates_are_found_among_words():
    text = "渝a·12345和新能源渝AD12345挡住了, 还是渝A12345"
    assert plates_in(text) == ["渝A12345", "渝AD12345"]
    assert plates_in("没有车牌, 电话14200000001") == []
