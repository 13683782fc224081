"""Where a shop event stands, and what others may see of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.performance import PerformanceReport
from shopevents.domain.shop_events import EventStatus, ShopEvent, TrackedEvent, case_of
from shopevents.domain.shops import Region
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Provenance, Season

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def a_shop_event(**changes: Any) -> ShopEvent:
    parts: dict[str, Any] = {
        "event_id": "ev_1",
        "owner_id": "owner-1",
        "title": "단골 감사",
        "mechanic": Mechanic.COUPON,
        "industry": IndustryCategory.FOOD,
        "region": Region.of("서울", "중구"),
        "season": Season.AUTUMN,
        "month": 11,
        "cost": 250_000,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ShopEvent(**(parts | changes))


def a_report(participants: int = 187, cost: int = 243_211, roi: float = 163.4) -> PerformanceReport:
    return PerformanceReport(
        performance_id=1,
        event_id="ev_1",
        sequence=1,
        actual_participants=participants,
        actual_cost=cost,
        actual_roi=roi,
        reported_at=NOW,
    )


@pytest.mark.parametrize(
    ("today", "status"),
    [
        ("2026-11-30", EventStatus.PLANNED),
        ("2026-12-01", EventStatus.RUNNING),
        ("2026-12-10", EventStatus.RUNNING),
        ("2026-12-11", EventStatus.ENDED),
        ("2026-12-13", EventStatus.ENDED),
        ("2026-12-14", EventStatus.RESULT_DUE),
    ],
)
def test_the_status_follows_the_dates(today: str, status: EventStatus) -> None:
    shop_event = a_shop_event(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 10))
    assert shop_event.status(measured=False, today=date.fromisoformat(today)) is status
    assert shop_event.status(measured=True, today=date.fromisoformat(today)) is EventStatus.MEASURED


def test_without_dates_it_is_planned_and_without_an_end_it_runs_30_days() -> None:
    assert a_shop_event().status(measured=False, today=date(2030, 1, 1)) is EventStatus.PLANNED
    endless = a_shop_event(starts_on=date(2026, 12, 1))
    assert endless.status(measured=False, today=date(2026, 12, 31)) is EventStatus.RUNNING
    assert endless.status(measured=False, today=date(2027, 1, 1)) is EventStatus.ENDED


def test_the_day_is_seouls() -> None:
    starts_in_seoul = a_shop_event(starts_on=date(2026, 12, 1))
    just_before = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
    midnight = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert TrackedEvent.at(just_before, starts_in_seoul).status is EventStatus.PLANNED
    assert TrackedEvent.at(midnight, starts_in_seoul).status is EventStatus.RUNNING


def test_withdrawn_beats_everything() -> None:
    withdrawn = a_shop_event(withdrawn_at=NOW)
    assert withdrawn.status(measured=True, today=date(2026, 12, 1)) is EventStatus.WITHDRAWN


def test_a_planned_case_belongs_to_its_shop() -> None:
    case = case_of(a_shop_event(), None)
    assert (case.provenance, case.owner_id, case.cost) == (Provenance.PLANNED, "owner-1", 250_000)


@given(st.integers(0, 10**6), st.integers(0, 10**9), st.floats(-100, 100_000))
def test_an_observed_case_shows_neither_shop_nor_exact_numbers(participants: int, cost: int, roi: float) -> None:
    case = case_of(a_shop_event(), a_report(participants, cost, roi))
    assert (case.provenance, case.owner_id) == (Provenance.OBSERVED, None)
    assert case.participants is not None
    assert case.cost is not None
    assert case.roi is not None
    assert len(str(case.cost).rstrip("0")) <= 2
    assert len(str(case.participants).rstrip("0")) <= 2
    assert case.roi % 10 == 0
    assert case.cost == pytest.approx(cost, rel=0.051)
    assert case.participants == pytest.approx(participants, rel=0.051)


@pytest.mark.parametrize(
    "changes", [{"recommendation_id": "r"}, {"ends_on": date(2026, 1, 1), "starts_on": date(2026, 1, 2)}]
)
def test_parts_that_do_not_fit_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"come together|before it starts"):
        a_shop_event(**changes)


@pytest.mark.parametrize(
    ("name", "title", "shown"),
    [
        ("화로담", "화로담 단골 감사", "가게 단골 감사"),
        ("화로담", "화로 담 첫 손님의 날", "가게 첫 손님의 날"),
        ("Cafe Moon", "CAFE MOON 별빛 쿠폰", "가게 별빛 쿠폰"),
        ("카페 달+", "카페달+ 한 잔 더", "가게 한 잔 더"),
        ("봄", "봄맞이 쿠폰", "봄맞이 쿠폰"),
        ("화로담", "단골 감사", "단골 감사"),
    ],
)
def test_a_measured_event_does_not_name_its_shop(name: str, title: str, shown: str) -> None:
    shop_event = a_shop_event(title=title, prize=f"{name} 식사권", participation=f"{name}에 오시면 드려요.")
    case = case_of(shop_event, a_report(), name)
    assert case.title == shown
    assert len(name) == 1 or not any(name in text for text in (case.prize or "", case.participation))
    assert case_of(shop_event, None, name).title == title, "a planned one is seen by its own shop only"


@given(name=st.text(max_size=30), title=st.text(min_size=1, max_size=100))
def test_to_hide_a_name_never_makes_a_title_longer(name: str, title: str) -> None:
    case = case_of(a_shop_event(title=title), a_report(), name)
    assert len(case.title) <= len(title)
