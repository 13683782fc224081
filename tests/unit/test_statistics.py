import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.periods import period_at, read_stored, stored_period
from shopevents.domain.statistics import change_percent, seasonal_index, unbroken_months, year_on_year

START = 2023 * 12


def monthly(values: list[float], start: int = START) -> dict[str, float]:
    return {period_at("M", start + place): value for place, value in enumerate(values)}


def test_a_year_on_year_change_compares_the_same_month() -> None:
    series = {"202509": 114.6, "202608": 124.9, "202609": 118.2}
    assert year_on_year(series, "202609") == pytest.approx(3.1414, abs=1e-3)
    assert change_percent(series, "202609", 1) == pytest.approx(-5.364, abs=1e-3)


def test_quarters_are_compared_with_quarters() -> None:
    assert year_on_year({"2025Q3": 100.0, "2026Q3": 101.0}, "2026Q3") == pytest.approx(1.0)
    assert change_percent({"2025Q4": 50.0, "2026Q1": 60.0}, "2026Q1", 1) == pytest.approx(20.0)


@pytest.mark.parametrize("earlier", [{}, {"202509": 0.0}, {"202509": -3.0}])
def test_nothing_is_concluded_without_a_value_to_compare_with(earlier: dict[str, float]) -> None:
    assert year_on_year({**earlier, "202609": 118.2}, "202609") is None


def test_a_season_is_found_again_under_a_trend() -> None:
    true = [1.0, 0.9, 0.95, 1.0, 1.05, 1.0, 0.98, 1.02, 0.97, 1.0, 0.98, 1.15]
    series = monthly([(100 + place / 2) * true[place % 12] for place in range(40)])
    for month in range(1, 13):
        index = seasonal_index(series, month)
        assert index is not None
        assert math.isclose(index, true[month - 1], abs_tol=0.012), month


@pytest.mark.parametrize("months", [0, 1, 12, 23])
def test_less_than_two_years_have_no_season(months: int) -> None:
    assert seasonal_index(monthly([100.0] * months), 12) is None


def test_a_gap_shortens_the_series() -> None:
    series = monthly([100.0] * 40)
    del series["202401"]
    assert unbroken_months(series)[0] == "202402"
    assert len(unbroken_months(series)) == 27


@given(st.lists(st.floats(1, 1000), min_size=24, max_size=60))
def test_the_twelve_months_average_one(values: list[float]) -> None:
    indices = [seasonal_index(monthly(values), month) for month in range(1, 13)]
    assert sum(index for index in indices if index) / 12 == pytest.approx(1.0)


@given(st.floats(0.01, 1e6))
def test_a_constant_series_has_no_season(value: float) -> None:
    assert seasonal_index(monthly([value] * 30), 5) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("kind", "period", "stored"), [("M", "202603", "202603"), ("Q", "202603", "2026Q3"), ("A", "2026", "2026")]
)
def test_a_stored_period_says_what_it_is(kind: str, period: str, stored: str) -> None:
    assert stored_period(kind, period) == stored
    assert stored_period(*read_stored(stored)) == stored


@pytest.mark.parametrize(("kind", "period"), [("Q", "202607"), ("H", "202601"), ("M", "202600"), ("F", "2025")])
def test_what_no_table_holds_is_refused(kind: str, period: str) -> None:
    with pytest.raises(ValueError, match="period"):
        stored_period(kind, period)
