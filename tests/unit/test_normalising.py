"""Money, seasons and prizes against labelled sets, and the command that serves them."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.normalise import FIELDS, normalised

LABELLED = Path(__file__).parents[1] / "labelled"
KOREAN = st.text(
    alphabet=st.sampled_from(list("0123456789,.~ 만천백십억원대이상하일월년명잔%무료봄설\u200b\u202e🎉")), max_size=80
)


def _labelled(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((LABELLED / name).read_text(encoding="utf-8").splitlines()))


def _wrong(field: str, name: str, agree: Callable[[Any, str], bool]) -> tuple[list[dict[str, str]], list[str]]:
    rows = _labelled(name)
    wrong = []
    for row in rows:
        got = FIELDS[field](row["text"])
        if not all(agree(got[key], label) for key, label in row.items() if key != "text"):
            wrong.append(f"{row} → {got}")
    print(f"\n{field}, {name}: {1 - len(wrong) / len(rows):.2%} of {len(rows)}", *wrong, sep="\n  ")
    return rows, wrong


def _same(got: Any, label: str) -> bool:
    return ("" if got is None else str(got)) in label.split("|")


@pytest.mark.parametrize(
    ("field", "name", "allowed"),
    [
        ("money", "money.csv", 0.01),
        ("money", "money_held_out.csv", 0.01),
        ("season", "seasons.csv", 0.02),
        ("season", "seasons_held_out.csv", 0.05),
        ("prize", "prizes.csv", 0.05),
        ("prize", "prizes_held_out.csv", 0.05),
    ],
)
def test_labelled_texts_are_normalised(field: str, name: str, allowed: float) -> None:
    rows, wrong = _wrong(field, name, _same)
    assert len(wrong) <= allowed * len(rows)


@pytest.mark.parametrize("field", FIELDS)
@given(text=st.one_of(st.text(max_size=120), KOREAN))
def test_any_text_is_normalised_to_json(field: str, text: str) -> None:
    shaped = FIELDS[field](text)
    assert json.loads(json.dumps(shaped, ensure_ascii=False)) == shaped


@given(KOREAN)
def test_a_range_of_money_runs_upwards(text: str) -> None:
    money = FIELDS["money"](text)
    assert money["min"] is None or money["max"] is None or money["min"] <= money["max"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "text",
    ["1만 " * 3000, "만" * 10_000, "1" * 10_000, "~" * 10_000, "2025-" * 2500, "아아" * 5000, "\x00\u202e" * 5000],
)
def test_long_and_hostile_texts_are_survived(field: str, text: str) -> None:
    assert FIELDS[field](text)


def test_every_line_has_its_object_even_an_empty_one() -> None:
    assert list(normalised("region", ["서울 강남구\n", "\n", "중구\r\n"])) == [
        {"city": "서울", "district": "강남구"},
        {"city": None, "district": None},
        {"city": None, "district": None, "candidates": FIELDS["region"]("중구")["candidates"]},
    ]


def test_fields_have_the_shapes_of_the_command() -> None:
    assert FIELDS["industry"]("고깃집") == {"category": "음식점", "code": "I20107", "ksic": "56"}
    assert FIELDS["money"]("30만원") == {"min": 300000, "max": 300000}
    assert FIELDS["prize"]("아메리카노 1잔") == {"name": "아메리카노", "quantity": 1, "unit": "잔", "won": None}
    assert FIELDS["season"]("1월") == {"season": "겨울", "month": 1}
