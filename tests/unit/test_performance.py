"""ROI, and how far predictions are off."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.performance import Result, accuracy_of, contribution_margin, roi_of
from shopevents.domain.vocabulary import IndustryCategory


@dataclass
class Predicted:
    participants: int
    cost: int
    roi: float


def a_result(participants: int, cost: int, roi: float) -> Result:
    return Result(actual_participants=participants, actual_cost=cost, actual_roi=roi)


@pytest.mark.parametrize(
    ("predicted", "actual", "error"),
    [
        (520, 400, 0.3),  # |520 - 400| / 400
        (520, 520, 0.0),
        (10, 0, 0.2),  # near zero, 50 points are the measure
        (30, 20, 0.2),
        (100, -80, 2.25),  # |180| / 80
    ],
)
def test_the_roi_error_is_a_share_of_the_real_roi_or_of_50_points(
    predicted: float, actual: float, error: float
) -> None:
    accuracy = accuracy_of(Predicted(100, 250_000, predicted), a_result(100, 250_000, actual))
    assert accuracy.roi_error == pytest.approx(error)
    assert (accuracy.participants_error, accuracy.cost_error) == (0, 0)


@given(st.integers(0, 10_000), st.integers(0, 10_000_000), st.floats(-100, 100_000))
def test_a_right_prediction_has_no_error(participants: int, cost: int, roi: float) -> None:
    accuracy = accuracy_of(Predicted(participants, cost, roi), a_result(participants, cost, roi))
    assert accuracy.model_dump() == {"roi_error": 0, "participants_error": 0, "cost_error": 0}


def test_the_roi_follows_the_designs_formula() -> None:
    assert roi_of(revenue=2_000_000, cost=250_000, margin=0.5) == pytest.approx(300)
    assert roi_of(revenue=0, cost=250_000, margin=0.5) == -100
    with pytest.raises(ValueError, match="without cost"):
        roi_of(revenue=1, cost=0, margin=0.5)


@given(st.integers(0, 10**11), st.integers(1, 10**10), st.floats(0.01, 1))
def test_every_computed_roi_can_be_kept(revenue: int, cost: int, margin: float) -> None:
    a_result(1, cost, roi_of(revenue=revenue, cost=cost, margin=margin))


@pytest.mark.parametrize("industry", list(IndustryCategory))
def test_every_industry_has_a_margin(industry: IndustryCategory) -> None:
    assert 0 < contribution_margin(industry) < 1
