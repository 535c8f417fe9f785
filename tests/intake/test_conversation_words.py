"""People are taken out of a chat's words; what is no person stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gis.intake.conversation_words import Said, covering, name_proper, placeholder_of, restored, said
from gis.security.masking import masked_words

NAMES = ("王桂芳 3-2-501", "1栋-陈大明", "网格员赵一", "金佛尚城", "Lily")


def covered(words: str, keep: str = "金佛尚城") -> str:
    return covering(NAMES, keep=keep.__eq__)(words)


def test_whom_a_message_calls_is_no_word_of_it() -> None:
    assert said("@王桂芳 3-2-501 马上来看", NAMES) == Said("马上来看", ("王桂芳 3-2-501",))
    assert said("@某某某 到了没 [抱拳]", NAMES) == Said("到了没")


def test_what_a_message_quotes_is_not_its_own() -> None:
    quoted = said("「王桂芳 3-2-501：旧水管\n还有水」\n- - - - - - - - - -\n我家也是", NAMES)
    assert quoted == Said("我家也是", (), ("王桂芳 3-2-501", "旧水管\n还有水"))


def test_names_are_covered_with_and_without_their_door_and_office() -> None:
    assert [name_proper(name) for name in NAMES] == ["王桂芳", "陈大明", "赵一", "金佛尚城", "Lily"]
    assert covered("陈大明说赵一师傅来过，王桂芳在家") == "陈**说赵*师傅来过，王**在家"
    assert covered("Lily的车挡路，Lilya的没有") == "L***的车挡路，Lilya的没有"


def test_place_by_which_somebody_calls_himself_is_not_covered() -> None:
    assert covered("金佛尚城3栋漏水") == "金佛尚城3栋漏水"
    assert covered("金佛尚城3栋漏水", keep="") == "金***3栋漏水"


def test_covering_keeps_every_sign_where_it_is_and_covers_once() -> None:
    words = "王桂芳、陈大明，在3栋"
    assert len(covered(words)) == len(words)
    assert covered(covered(words)) == covered(words)


def test_nobody_to_cover_changes_nothing() -> None:
    assert covering(["3栋", "", "2-1", "王"], keep=lambda _: False)("3栋2-1的王家") == "3栋2-1的王家"


def test_edited_words_get_their_numbers_back() -> None:
    clear = "车牌渝B67890，打13812345678或13987654321"
    masked = masked_words(clear)
    assert restored(f"请挪车。{masked}", masked, clear) == f"请挪车。{clear}"
    assert restored("车牌渝B***90 挡路", masked, clear) == "车牌渝B67890 挡路"
    assert restored("挡路", masked, clear) == "挡路"
    assert restored("打139****4321", masked, clear) == "打13987654321"


@given(st.text(st.sampled_from("渝A12345 138123456789漏，水*"), max_size=60))
def test_words_that_are_not_edited_are_as_they_were(clear: str) -> None:
    assert masked_words(restored(masked_words(clear), masked_words(clear), clear)) == masked_words(clear)


def test_what_stands_for_a_file_is_told_without_its_name() -> None:
    assert placeholder_of("[文件] 王桂芳身份证.pdf") == "[文件]"
    assert placeholder_of("没有") == ""
