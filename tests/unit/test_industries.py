"""업종 words. The labelled sets were written from the 상권업종 tree and everyday words, not from the synonyms."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.industries import WORD_LIMIT, classify_industry, search_industries
from shopevents.domain.texts import has_control_characters
from shopevents.domain.vocabulary import IndustryCategory

LABELLED = Path(__file__).parents[1] / "labelled"


def _category(text: str) -> str:
    trade = classify_industry(text)
    return trade.category.value if trade else ""


@pytest.mark.parametrize("name", ["industries.csv", "industries_held_out.csv"])
def test_labelled_trades_get_their_category(name: str) -> None:
    rows = list(csv.DictReader((LABELLED / name).read_text(encoding="utf-8").splitlines()))
    wrong = [
        (row["text"], row["category"], _category(row["text"]))
        for row in rows
        if _category(row["text"]) != row["category"]
    ]
    print(f"\nindustries, {name}: {1 - len(wrong) / len(rows):.2%} of {len(rows)}", *wrong, sep="\n  ")
    assert len(wrong) <= 0.02 * len(rows)


def test_official_names_and_codes_get_their_own_code() -> None:
    rows = [
        row
        for row in csv.DictReader((LABELLED / "industries.csv").read_text(encoding="utf-8").splitlines())
        if row["code"]
    ]
    for row in rows:
        by_code = classify_industry(row["code"])
        assert by_code is not None
        assert (by_code.code, by_code.category.value) == (row["code"], row["category"])
    by_name = [classify_industry(row["text"]) for row in rows]
    wrong = [
        row["text"] for row, trade in zip(rows, by_name, strict=True) if trade is None or trade.code != row["code"]
    ]
    assert len(wrong) <= 0.02 * len(rows), wrong


@pytest.mark.parametrize(
    ("text", "code", "ksic"),
    [
        ("카페", "I21201", "56"),
        ("고깃집", "I20107", "56"),
        ("네일샵", "S20703", "96"),
        ("PC방", "R10406", "91"),
        ("펜션", "I10103", "55"),
        ("편의점", "G20405", "47"),
        ("수학학원", "P10501", "85"),
        ("휴대폰 수리", "S20201", "95"),
        ("I56221", "I2", "56"),
    ],
)
def test_a_trade_joins_to_its_statistics(text: str, code: str, ksic: str) -> None:
    trade = classify_industry(text)
    assert trade is not None
    assert (trade.code, trade.ksic) == (code, ksic)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("네일숍", "네일샵"),
        ("저희는 10년째 하는 고깃집입니다", "고깃집"),
        ("24시 무인 세탁소", "무인세탁소"),
        ("pc방", "PC방"),
        ("삼겹살 집", "삼겹살 집"),
    ],
)
def test_plans_call_a_trade_by_the_word_that_was_recognised(text: str, word: str) -> None:
    trade = classify_industry(text)
    assert trade is not None
    assert trade.word == word


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("까페", "카페"),
        ("돈까스집", "돈가스집"),
        ("네일숍", "네일샵"),
        ("케익가게", "케이크가게"),
        ("휘트니스", "피트니스"),
        ("Cafe", "카페"),
        ("ＰＣ방", "PC방"),
    ],
)
def test_spellings_of_a_trade_are_one_trade(left: str, right: str) -> None:
    assert classify_industry(left) == classify_industry(right)


def test_the_owners_category_stands_where_words_say_nothing_or_only_other() -> None:
    unknown = classify_industry("몽글몽글", IndustryCategory.FOOD)
    assert unknown is not None
    assert (unknown.category, unknown.code, unknown.word) == (IndustryCategory.FOOD, "I2", "몽글몽글")
    photo = classify_industry("사진관", IndustryCategory.SERVICE)
    assert photo is not None
    assert (photo.category, photo.code) == (IndustryCategory.SERVICE, "M11301")
    nail = classify_industry("네일샵", IndustryCategory.FOOD)
    assert nail is not None
    assert nail.category is IndustryCategory.SERVICE
    assert classify_industry("몽글몽글") is None


@pytest.mark.parametrize("category", IndustryCategory)
def test_the_five_categories_classify_as_themselves(category: IndustryCategory) -> None:
    trade = classify_industry(category.value)
    assert trade is not None
    assert trade.category is category


def test_suggestions_begin_with_what_was_typed() -> None:
    assert search_industries("네일")[0].code == "S20703"
    assert len({trade.code for trade in search_industries("고기")}) == len(search_industries("고기"))
    assert search_industries(" ") == ()


@given(st.text(max_size=120), st.none() | st.sampled_from(IndustryCategory))
def test_any_text_gives_a_short_clean_word_or_nothing(text: str, hint: IndustryCategory | None) -> None:
    trade = classify_industry(text, hint)
    assert trade is not None or hint is None
    if trade is not None:
        assert 0 < len(trade.word) <= WORD_LIMIT
        assert not has_control_characters(trade.word)


@pytest.mark.parametrize(
    "text", ["고기집" * 4000, "카페 " * 3000, "\u202e네일\x00샵" * 1000, "🍖" * 10_000, "a" * 10_000]
)
def test_long_and_hostile_words_are_survived(text: str) -> None:
    trade = classify_industry(text, IndustryCategory.FOOD)
    assert trade is not None
    assert len(trade.word) <= WORD_LIMIT
