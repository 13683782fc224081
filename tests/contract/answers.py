"""Answers to keep and find."""

from datetime import UTC, datetime
from typing import Any

from shopevents.domain.answers import Answer, Question
from shopevents.domain.budgets import PLAN_COST_BANDS
from shopevents.domain.plans import Plan, PlanSet, Trends
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import (
    AnswerSource,
    IndustryCategory,
    Mechanic,
    PlanSource,
    Purpose,
    Season,
    Slot,
)


def question(**changes: Any) -> Question:
    parts: dict[str, Any] = {
        "owner_id": "owner-1",
        "purpose": Purpose.SALES,
        "trade": Trade(category=IndustryCategory.FOOD, code="I20101", name="백반/한정식", ksic="56", word="백반집"),
        "region": Region.of("서울", "중구"),
        "season": Season.AUTUMN,
        "month": 11,
        "asked_at": datetime(2026, 11, 17, 3, 0, tzinfo=UTC),
    }
    return Question(**(parts | changes))


def plan_set(title: str = "단골 감사") -> PlanSet:
    plans = tuple(
        Plan(
            slot=slot,
            title=f"{title} {number}",
            prize="음료 쿠폰",
            participation="계산할 때 참여합니다",
            mechanic=Mechanic.COUPON,
            expected_participants=100,
            cost=PLAN_COST_BANDS[slot.budget].low,
            roi=200,
            source=PlanSource.CLAUDE,
        )
        for number, slot in enumerate(Slot)
    )
    return PlanSet(trends=Trends(industry="업종", location="지역", season="계절"), plans=plans)


def answer(recommendation_id: str, *, owner_id: str = "owner-1", title: str = "단골 감사") -> Answer:
    return Answer(
        recommendation_id=recommendation_id,
        question=question(owner_id=owner_id),
        plan_set=plan_set(title),
        prompt_variant="default",
        source=AnswerSource.CLAUDE,
    )
