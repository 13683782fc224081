from collections.abc import Collection, Sequence

import pytest

from shopevents.adapters.cache.memory import MemoryCache
from shopevents.domain.briefs import PlanBrief, Writing
from shopevents.domain.calibration import NO_HISTORY, ObservedResult
from shopevents.domain.filling import fill_slots
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import (
    Budget,
    EventType,
    IndustryCategory,
    Mechanic,
    NumbersBasis,
    Purpose,
    Season,
    Slot,
)
from shopevents.use_cases.learn_from_results import learn_from_results, learned_history

TRADE = Trade(category=IndustryCategory.FOOD, code="I20107", name="돼지고기 구이/찜", ksic="56", word="고깃집")
BRIEF = PlanBrief(
    purpose=Purpose.SALES, trade=TRADE, region=Region.of("서울", "강남구"), season=Season.AUTUMN, month=11
)


class Marks:
    """ROIs by case id, and what was marked among them."""

    def __init__(self, **rois: float) -> None:
        self._rois = rois
        self.marked: set[str] = set()

    async def rois(self, industry: IndustryCategory) -> dict[str, float]:
        return self._rois if industry is IndustryCategory.FOOD else {}

    async def mark(self, industry: IndustryCategory, outliers: Collection[str]) -> int:
        self.marked |= set(outliers)
        return len(outliers)


class Results:
    def __init__(self, *results: ObservedResult) -> None:
        self._results = results

    async def latest(self, limit: int) -> Sequence[ObservedResult]:
        return self._results[:limit]


def result(slot: Slot, mechanic: Mechanic, roi: float) -> ObservedResult:
    return ObservedResult(
        trade=TRADE,
        budget=Budget(slot.budget),
        event_type=EventType(slot.event_type),
        mechanic=mechanic,
        participants=30,
        cost=280_000,
        roi=roi,
    )


async def test_without_results_numbers_are_assumed() -> None:
    history = await learned_history(cache=MemoryCache())
    assert history == NO_HISTORY
    plans = fill_slots(BRIEF, Writing(), (), history).plan_set.plans
    assert {plan.numbers for plan in plans} == {NumbersBasis.ASSUMED}


async def test_many_bad_results_lower_what_is_promised_and_are_said_to_be_observed() -> None:
    assumed = {plan.slot: plan for plan in fill_slots(BRIEF, Writing(), ()).plan_set.plans}
    low = assumed[Slot.LOW_OFFLINE]
    cache = MemoryCache()
    bad = Results(*[result(Slot.LOW_OFFLINE, low.mechanic, -80.0)] * 60)
    assert await learn_from_results(results=bad, outliers=Marks(), cache=cache) == 60
    learned = fill_slots(BRIEF, Writing(), (), await learned_history(cache=cache)).plan_set.plans
    after = {plan.slot: plan for plan in learned}[Slot.LOW_OFFLINE]
    assert after.roi < low.roi
    assert after.numbers is NumbersBasis.OBSERVED


@pytest.mark.parametrize("count", [1, 2])
async def test_a_single_result_does_not_overturn_the_assumptions(count: int) -> None:
    assumed = {plan.slot: plan for plan in fill_slots(BRIEF, Writing(), ()).plan_set.plans}
    low = assumed[Slot.LOW_ONLINE]
    cache = MemoryCache()
    few = Results(*[result(Slot.LOW_ONLINE, low.mechanic, 400.0)] * count)
    await learn_from_results(results=few, outliers=Marks(), cache=cache)
    learned = fill_slots(BRIEF, Writing(), (), await learned_history(cache=cache)).plan_set.plans
    assert {plan.numbers for plan in learned} == {NumbersBasis.ASSUMED}


async def test_what_stands_apart_is_marked_before_anything_is_learned() -> None:
    marks = Marks(far=9_000.0, **{f"evt{number}": 50.0 + number for number in range(40)})
    await learn_from_results(results=Results(), outliers=marks, cache=MemoryCache())
    assert marks.marked == {"far"}
