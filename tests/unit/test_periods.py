from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.periods import back, halve_range, ordinal_of, period_at, period_of, period_phrase

KINDS = st.sampled_from("YHQM")


def test_the_same_digits_are_march_or_the_third_quarter() -> None:
    assert period_phrase("M", "202603") == "2026년 3월"
    assert period_phrase("Q", "202603") == "2026년 3분기"
    assert period_phrase("A", "2026") == "2026년"


@pytest.mark.parametrize(("kind", "period"), [("Q", "202605"), ("M", "202613"), ("M", "202600"), ("D", "20260101")])
def test_a_period_that_does_not_exist_is_refused(kind: str, period: str) -> None:
    with pytest.raises(ValueError, match="period"):
        ordinal_of(kind, period)


def test_counting_back_crosses_the_year() -> None:
    assert back("M", "202602", 3) == "202511"
    assert back("Q", "202601", 1) == "202504"


@pytest.mark.parametrize(("kind", "expected"), [("Y", "2026"), ("H", "202602"), ("Q", "202604"), ("M", "202611")])
def test_the_period_of_a_day(kind: str, expected: str) -> None:
    assert period_of(kind, date(2026, 11, 23)) == expected


@given(KINDS, st.integers(2000, 2100), st.integers(0, 40))
def test_halves_meet_without_a_gap(kind: str, year: int, length: int) -> None:
    first = period_of(kind, date(year, 1, 1))
    last = period_at(kind, ordinal_of(kind, first) + length + 1)
    middle, after = halve_range(kind, first, last)
    assert ordinal_of(kind, first) <= ordinal_of(kind, middle) < ordinal_of(kind, after) <= ordinal_of(kind, last)
    assert ordinal_of(kind, after) == ordinal_of(kind, middle) + 1
