"""Cleaning: what survives, what goes, and that nothing breaks it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.texts import clean_text, cut_text, fold_width, has_control_characters

MARKUP = st.text(alphabet=st.sampled_from(list("<>&;#/abp가나 lt\u200b\u202e\u037e")), max_size=60)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("<b>홍대 카페</b> &quot;1+1&quot; 후기", '홍대 카페 "1+1" 후기'),
        ("카페 모음 &lt;2026&gt;", "카페 모음 <2026>"),
        ("첫 줄<br>둘째 줄\n\t셋째", "첫 줄 둘째 줄 셋째"),
        ("강\u200b남\u202e구\ufeff", "강남구"),
        ("오픈 이벤트 🎉🎉 커피 ☕ 1잔", "오픈 이벤트 커피 1잔"),
        ("👨‍👩‍👧 가족 ❤️ 1️⃣ 등", "가족 1 등"),
        (unicodedata.normalize("NFD", "고깃집"), "고깃집"),
        ("할인<script>alert('x')</script> 10%", "할인 10%"),
        ("3 < 5 이고 7 > 2", "3 < 5 이고 7 > 2"),
        ("&#39;따옴표&#39; &amp; 그리고", "'따옴표' & 그리고"),
        ("\ud800 깨진 글자 \u3164", "깨진 글자"),
        ("₩5,000 → 20℃ ㈜가게 №1", "₩5,000 → 20℃ ㈜가게 №1"),
    ],
)
def test_what_people_wrote_is_kept_and_the_rest_goes(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@given(st.one_of(st.text(), MARKUP))
def test_cleaning_is_idempotent_and_leaves_nothing_invisible(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not has_control_characters(cleaned)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@pytest.mark.parametrize(
    "text", ["&amp;" * 2000, "&" + "#38;" * 2000, "<" * 10_000, "<b" * 5000, "&lt;b&gt;" * 1000, "<!--" * 2500]
)
def test_deeply_nested_markup_is_survived(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned


def test_every_format_and_control_character_is_dropped() -> None:
    hidden = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Co"}]
    assert [f"{ord(mark):04x}" for mark in hidden if clean_text(f"가{mark}나") not in {"가나", "가 나"}] == []


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("아메리카노 한 잔 무료", 8, "아메리카노 한"),
        ("아메리카노 무료", 5, "아메리카노"),
        ("아메리카노무료", 5, "아메리카노"),
        ("짧다", 10, "짧다"),
        ("하나, 둘", 4, "하나"),
    ],
)
def test_a_text_is_cut_between_words_where_it_can_be(text: str, limit: int, cut: str) -> None:
    assert cut_text(text, limit) == cut


@given(st.text(max_size=80), st.integers(min_value=1, max_value=40))
def test_a_cut_text_keeps_its_limit_and_its_beginning(text: str, limit: int) -> None:
    cut = cut_text(clean_text(text), limit)
    assert len(cut) <= limit
    assert clean_text(text).startswith(cut)


@pytest.mark.parametrize(
    ("text", "found"), [("정상 문장\n둘째 줄", False), ("뒤집힘\u202e", True), ("널\x00", True), ("가족 👨‍👩‍👧", False)]
)
def test_control_and_bidi_characters_are_told_from_line_breaks(text: str, found: bool) -> None:
    assert has_control_characters(text) is found


def test_full_width_digits_become_plain_ones() -> None:
    assert fold_width("３０만원，５％") == "30만원,5%"
