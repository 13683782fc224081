import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopevents.domain.calibration import History, ObservedResult, calibrate, first_come_limit
from shopevents.domain.economics import (
    Estimate,
    assumption,
    expected_participants,
    expected_return,
    plausible_participants,
    roi_percent,
)
from shopevents.domain.plan_finishing import finish_plans
from shopevents.domain.planning.catalog_plans import plan_from_catalog
from shopevents.domain.plans import PlanDraft
from shopevents.domain.shops import Trade
from shopevents.domain.trade_profiles import profile_of
from shopevents.domain.vocabulary import Budget, EventType, Mechanic, NumbersBasis, PlanSource, Slot
from tests.unit.planning_briefs import ALL_TRADES, GRILL, NAILS, brief_of

DRAFT = PlanDraft(
    slot=Slot.LOW_OFFLINE,
    title="두 칸 먼저 찍는 고기 도장",
    prize="된장찌개 1개",
    participation="결제할 때마다 도장을 찍어 드리고 여덟 칸을 모으면 드립니다.",
    mechanic=Mechanic.STAMP_CARD,
    expected_participants=150,
    cost=280_000,
    roi=400,
)


def observed(
    participants: int, roi: float, trade: Trade = GRILL, mechanic: Mechanic = Mechanic.STAMP_CARD
) -> ObservedResult:
    return ObservedResult(
        trade=trade,
        budget=Budget.LOW,
        event_type=EventType.OFFLINE,
        mechanic=mechanic,
        participants=participants,
        cost=280_000,
        roi=roi,
    )


def test_roi_is_what_is_left_of_the_margin_after_the_cost() -> None:
    assert roi_percent(added_revenue=1_000_000, margin=0.6, cost=200_000) == 200
    assert roi_percent(added_revenue=0, margin=0.6, cost=200_000) == -100


def test_an_eighty_percent_range_leaves_ten_percent_on_either_side() -> None:
    estimate = Estimate(median=100, spread=0.5)
    low, high = estimate.range
    assert estimate.chance_below(low) == pytest.approx(0.1)
    assert estimate.chance_below(high) == pytest.approx(0.9)
    assert estimate.chance_below(100) == pytest.approx(0.5)


def test_without_history_numbers_are_assumed_and_the_proposal_is_drawn_to_the_assumptions() -> None:
    bold = DRAFT.model_copy(update={"roi": 900, "expected_participants": 600})
    prediction = calibrate(bold, GRILL, designed=False)
    assumed = expected_participants(profile_of(GRILL), bold.slot, bold.cost).median
    assert prediction.numbers is NumbersBasis.ASSUMED
    assert assumed < prediction.participants < bold.expected_participants
    assert prediction.roi < bold.roi


def test_history_decides() -> None:
    history = History.of([observed(40, -30)] * 60)
    prediction = calibrate(DRAFT, GRILL, designed=False, history=history)
    assert prediction.numbers is NumbersBasis.OBSERVED
    assert prediction.participants == pytest.approx(40, rel=0.25)
    assert prediction.roi == pytest.approx(-30, abs=20)


def test_a_single_report_moves_little_and_many_move_much() -> None:
    plain = calibrate(DRAFT, GRILL, designed=True).roi
    once = calibrate(DRAFT, GRILL, designed=True, history=History.of([observed(150, 0)])).roi
    often = calibrate(DRAFT, GRILL, designed=True, history=History.of([observed(150, 0)] * 40)).roi
    assert abs(often) < abs(once) < abs(plain)


def test_history_narrows_the_range() -> None:
    plain = calibrate(DRAFT, GRILL, designed=True)
    known = calibrate(DRAFT, GRILL, designed=True, history=History.of([observed(150, 100)] * 40))
    assert known.roi_spread < plain.roi_spread


def test_other_trades_of_the_industry_teach_less_than_the_own_mechanic() -> None:
    own = History.of([observed(150, 0)] * 10)
    other = History.of([observed(150, 0, mechanic=Mechanic.TASTING)] * 10)
    foreign = History.of([observed(20, 0, trade=NAILS)] * 10)
    plain = calibrate(DRAFT, GRILL, designed=True).roi
    moved = [
        abs(plain - calibrate(DRAFT, GRILL, designed=True, history=history).roi) for history in (own, other, foreign)
    ]
    assert moved[0] > moved[1] > moved[2] >= 0


def test_history_does_not_depend_on_the_order_of_results() -> None:
    results = [observed(40, -30), observed(90, 120), observed(200, 300, mechanic=Mechanic.COUPON)]
    assert History.of(results) == History.of(reversed(results))


def test_history_can_be_kept_as_json() -> None:
    history = History.of([observed(40, -30)])
    assert History.model_validate_json(history.model_dump_json()) == history


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ALL_TRADES),
    st.sampled_from(Mechanic),
    st.sampled_from(Slot),
    st.integers(1, 10**6),
    st.integers(-500, 5000),
    st.lists(st.tuples(st.integers(0, 10**7), st.floats(-100, 100_000)), max_size=5),
)
def test_predictions_are_plausible_whatever_was_proposed_or_reported(
    trade: Trade, mechanic: Mechanic, slot: Slot, people: int, roi: int, reports: list[tuple[int, float]]
) -> None:
    proposal = DRAFT.model_copy(
        update={"mechanic": mechanic, "slot": slot, "expected_participants": people, "roi": roi, "cost": 300_000}
    )
    history = History.of(observed(count, value, trade) for count, value in reports)
    for designed in (True, False):
        prediction = calibrate(proposal, trade, designed=designed, history=history)
        least, most = plausible_participants(trade, slot)
        assert least <= prediction.participants <= most
        assert prediction.participants_range[0] <= prediction.participants <= prediction.participants_range[1]
        assert assumption("roi")["least"] <= prediction.roi <= assumption("roi")["most"]


def test_every_mechanic_has_a_sourced_conversion() -> None:
    conversions = assumption("conversion")
    assert set(conversions) == set(Mechanic)
    for row in conversions.values():
        low, point, high = row["share"]
        assert 0 < low < point < high < 1
        assert row["source"]


def test_the_same_people_return_less_of_a_bigger_cost() -> None:
    profile = profile_of(GRILL)
    cheap = expected_return(profile, Mechanic.COUPON, Budget.LOW, 200, 300_000).median
    dear = expected_return(profile, Mechanic.COUPON, Budget.LOW, 200, 600_000).median
    assert cheap > dear


def test_the_loss_chance_follows_the_point() -> None:
    brief = brief_of()
    plans = finish_plans({draft.slot: (draft, PlanSource.CATALOG) for draft in plan_from_catalog(brief)}, brief)
    by_roi = sorted(plans, key=lambda plan: plan.roi)
    chances = [plan.loss_chance for plan in by_roi]
    assert chances == sorted(chances, key=lambda chance: -(chance or 0))
    assert all(plan.roi_range and plan.roi_range[0] <= plan.roi <= plan.roi_range[1] for plan in plans)
    assert all((plan.loss_chance or 0) > 0.5 for plan in plans if plan.roi < 0)


def test_nobody_is_expected_beyond_a_first_come_limit() -> None:
    limited = DRAFT.model_copy(update={"participation": "3주 동안 선착순 60명에게 드립니다."})
    prediction = calibrate(limited, GRILL, designed=False)
    assert prediction.participants <= 60
    assert prediction.participants_range[1] <= 60


@pytest.mark.parametrize(
    ("steps", "limit"),
    [
        ("3주 동안 선착순 1,300명이고", 1300),
        ("먼저 쓰는 60명까지 드립니다.", 60),
        ("30명을 추첨해", None),
        ("선착순 12팀", 12),
    ],
)
def test_a_first_come_limit_is_read_from_the_steps(steps: str, limit: int | None) -> None:
    assert first_come_limit(steps) == limit
