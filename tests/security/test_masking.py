"""What is covered in what people write, and what is left as it is."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from gis.security.masking import masked_door, masked_id_number, masked_phone, masked_plate, masked_words
from gis.security.numbers import is_id_number, normal_id_number, normal_phone

unhurried = example_settings(deadline=None)
ID = "500119199001011233"


def with_check_digit(first_17: str) -> str:
    return next(first_17 + last for last in "0123456789X" if is_id_number(first_17 + last))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打我电话13812345678谢谢", "打我电话138****5678谢谢"),
        ("138-1234-5678", "138-****-5678"),
        ("138 1234 5678，138 123 45678", "138 **** 5678，138 *** *5678"),
        ("+86 13812345678", "+86 138****5678"),
        ("8613812345678", "86138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("13812345678 13912345678", "138****5678 139****5678"),
        ("13812345678/13912345678", "138****5678/139****5678"),
        ("座机023-71234567，或0236 4512345", "座机023-*****567，或0236 4512345"),
        ("(023)7123456", "(023)****456"),
        ("渝A12345堵了路", "渝A***45堵了路"),
        ("渝A·12345、渝a 12345", "渝A·***45、渝a ***45"),
        ("绿牌渝AD12345", "绿牌渝A****45"),
        ("教练车渝A1234学", "教练车渝A***4学"),
        (f"身份证{ID}。", f"身份证5001{'*' * 10}1233。"),
        (with_check_digit("50011919900101123"), "5001**********" + with_check_digit("50011919900101123")[-4:]),
    ],
)
def test_numbers_of_persons_are_covered(text: str, masked: str) -> None:
    assert masked_words(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "金佛尚城3栋2单元5-2",
        "3栋13楼1402，14楼1502",
        "2023-12-01 08:30:22 停水",
        "2023年12月1日14时到18时",
        "工单500119202311130001",
        "网格500119003004008",
        "运单号138123456789",
        "单号61381234567812345",
        "12345热线，也打过110和119",
        "交了10000元，欠1380元",
        "离东经107.0981234 北纬29.1623456不远",
        "新城区12345号",
        "17-1-3 17-2-5 17-3-1",
        "渝A区的车",
        "",
    ],
)
def test_other_numbers_are_left(text: str) -> None:
    assert masked_words(text) == text


pieces = st.one_of(
    st.text(max_size=6),
    st.text("0123456789- +()（）·.*１３８", max_size=14),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"渝[A-Z]·?[A-Z0-9]{5,6}", fullmatch=True),
    st.from_regex(r"0(10|23)-?[2-8][0-9]{6,7}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{16}", fullmatch=True).map(with_check_digit),
)
texts = st.lists(pieces, max_size=6).map("".join)


@unhurried
@given(text=texts)
def test_mask_keeps_the_length_and_masking_again_changes_nothing(text: str) -> None:
    masked = masked_words(text)
    assert len(masked) == len(text)
    assert masked_words(masked) == masked
    assert all(now in (was, "*") for was, now in zip(text, masked, strict=True))


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
between = st.text(st.characters(exclude_categories=("Nd", "No", "Nl", "Cs")), max_size=8)


@unhurried
@given(before=between, behind=between, phone=mobiles, gap=st.sampled_from(["", " ", "-", "　"]), wide=st.booleans())
def test_no_masked_phone_can_be_read(before: str, behind: str, phone: str, gap: str, wide: bool) -> None:
    written = gap.join((phone[:3], phone[3:7], phone[7:]))
    if wide:
        written = written.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    masked = masked_words(f"{before}{written}{behind}")
    digits = "".join(str(unicodedata.decimal(sign)) for sign in masked if sign.isdecimal())
    assert phone not in digits
    assert digits == phone[:3] + phone[7:]


@unhurried
@given(before=between, number=st.from_regex(r"[1-9][0-9]{16}", fullmatch=True).map(with_check_digit))
def test_no_masked_identity_number_can_be_read(before: str, number: str) -> None:
    assert number[4:14] not in masked_words(f"{before}{number}")


@unhurried
@given(
    before=between,
    plate=st.from_regex(r"渝[A-HJ-NP-Z]([A-HJ-NP-Z][0-9]{4}|[0-9]{5}|[DF][0-9]{5})", fullmatch=True),
    gap=st.sampled_from(["", "·", " "]),
)
def test_no_masked_plate_can_be_read(before: str, plate: str, gap: str) -> None:
    masked = masked_words(f"{before}{plate[:2]}{gap}{plate[2:]}")
    assert masked.endswith(plate[-2:])
    assert plate[2:-2] not in masked.removeprefix(before)


@unhurried
@given(value=st.text(max_size=30))
def test_masks_of_a_field_are_masks_already(value: str) -> None:
    for mask in (masked_plate, masked_id_number, masked_door, masked_phone):
        once = mask(value)
        assert mask(once) == once
    for mask in (masked_plate, masked_id_number, masked_door):
        assert len(mask(value) or "") == len(value)


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (masked_plate, "渝A12345", "渝A***45"),
        (masked_plate, "渝A·D12345", "渝A·****45"),
        (masked_plate, "A1", "**"),
        (masked_id_number, ID, "5001**********1233"),
        (masked_door, "502", "***"),
        (masked_phone, "138****5678", "138****5678"),
        (masked_phone, "****", "****"),
    ],
)
def test_field_shows_no_more_than_its_ends(mask: Any, value: str, masked: str) -> None:
    assert mask(value) == masked


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("１３８ １２３４ ５６７８", "13812345678"),
        ("023-7123 4567", "02371234567"),
        ("+86 23 71234567", "02371234567"),
        ("8612345", "8612345"),
        ("none", ""),
    ],
)
def test_phones_have_one_normal_spelling(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


def test_identity_numbers_have_one_normal_spelling_and_a_check_digit() -> None:
    assert normal_id_number(" 11010519491231002x ") == "11010519491231002X"
    assert is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")
    assert not is_id_number("１１010519491231002X")
    assert re.fullmatch(r"[0-9]{17}[0-9X]", with_check_digit("50011919900101123"))
