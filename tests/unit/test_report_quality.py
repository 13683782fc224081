"""Which days a report is on, and when it is kept instead of computed again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from shopevents.adapters.cache.memory import MemoryCache
from shopevents.domain.errors import Unavailable
from shopevents.domain.quality import PredictionFigures, QualityGroup, QualityReport, RecommendationFigures
from shopevents.use_cases.report_quality import KEPT_SECONDS, latest_report, report_quality
from shopevents.wire.reports import QualityReportResponse
from tests.adapters.clock import HandClock

ASKED = RecommendationFigures(
    count=3,
    cache_hit_rate=0.5,
    success_rate=1.0,
    degraded_rate=0.0,
    selection_rate=0.25,
    regeneration_rate=0.1,
    seconds_p50=1.5,
    seconds_p95=6.0,
    seconds_p99=8.0,
    cost_usd=0.002,
)
MEASURED = PredictionFigures(
    count=2, roi_error_median=0.2, roi_within_target=0.5, participants_error_median=0.1, cost_error_median=0.3
)
GROUPS = (
    QualityGroup(dimension="overall", value="", recommendations=ASKED, predictions=MEASURED),
    QualityGroup(dimension="industry", value="음식점", recommendations=ASKED),
    QualityGroup(dimension="region", value="서울", predictions=MEASURED),
    QualityGroup(dimension="budget", value="low", recommendations=ASKED),
    QualityGroup(dimension="week", value="2026-11-16", recommendations=ASKED),
    QualityGroup(dimension="variant", value="default", recommendations=ASKED),
)


class Figures:
    """Always the same groups; remembers for which days they were asked."""

    def __init__(self, *groups: QualityGroup) -> None:
        self._groups = groups or GROUPS
        self.asked: list[tuple[date, date]] = []

    async def groups(self, first_day: date, last_day: date) -> tuple[QualityGroup, ...]:
        self.asked.append((first_day, last_day))
        return self._groups


class CacheAway(MemoryCache):
    async def get_many(self, keys: object) -> list[bytes | None]:
        raise Unavailable("redis", "away")

    async def set_many(self, entries: Mapping[str, bytes], ttl_seconds: float) -> None:
        raise Unavailable("redis", "away")


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        (datetime(2026, 11, 17, 14, 59, tzinfo=UTC), date(2026, 10, 21), date(2026, 11, 17)),
        (datetime(2026, 11, 17, 15, 0, tzinfo=UTC), date(2026, 10, 22), date(2026, 11, 18)),
    ],
)
async def test_the_window_is_four_weeks_of_seoul_with_today(now: datetime, first: date, last: date) -> None:
    figures = Figures()
    report = await report_quality(figures=figures, cache=MemoryCache(), clock=HandClock(now))
    assert figures.asked == [(first, last)]
    assert (report.first_day, report.last_day, report.computed_at) == (first, last, now)
    assert (last - first).days == 27


async def test_the_overall_group_is_told_apart_from_the_others() -> None:
    report = await report_quality(figures=Figures(), cache=MemoryCache(), clock=HandClock())
    assert report.overall == GROUPS[0]
    assert report.groups == GROUPS[1:]


async def test_a_quick_report_is_computed_for_everybody_who_asks() -> None:
    figures, cache, clock = Figures(), MemoryCache(), HandClock()
    for _ in range(3):
        await latest_report(figures=figures, cache=cache, clock=clock)
    assert len(figures.asked) == 3


async def test_a_slow_report_is_kept_and_says_when_it_was_computed() -> None:
    figures, cache, clock = Figures(), MemoryCache(), HandClock()
    slow = await report_quality(figures=figures, cache=cache, clock=clock, slow_seconds=-1)
    clock.advance(KEPT_SECONDS - 1)
    assert await latest_report(figures=figures, cache=cache, clock=clock) == slow
    assert len(figures.asked) == 1


async def test_a_kept_report_is_never_shown_for_another_day() -> None:
    figures, cache, clock = Figures(), MemoryCache(), HandClock(datetime(2026, 11, 17, 14, 50, tzinfo=UTC))
    await report_quality(figures=figures, cache=cache, clock=clock, slow_seconds=-1)
    clock.advance(11 * 60)
    report = await latest_report(figures=figures, cache=cache, clock=clock)
    assert report.last_day == date(2026, 11, 18)
    assert len(figures.asked) == 2


async def test_a_kept_report_of_another_deployment_is_computed_anew() -> None:
    figures, cache, clock = Figures(), MemoryCache(), HandClock()
    report = await report_quality(figures=figures, cache=MemoryCache(), clock=clock)
    key = f"quality-report:1:{report.first_day}:{report.last_day}"
    await cache.set_many({key: b'{"unknown": true}'}, 60)
    assert (await latest_report(figures=figures, cache=cache, clock=clock)).overall == GROUPS[0]


async def test_without_the_cache_the_report_is_computed() -> None:
    figures = Figures()
    made = await report_quality(figures=figures, cache=CacheAway(), clock=HandClock(), slow_seconds=-1)
    assert await latest_report(figures=figures, cache=CacheAway(), clock=HandClock()) == made
    assert len(figures.asked) == 2


async def wired() -> QualityReport:
    return await report_quality(figures=Figures(), cache=MemoryCache(), clock=HandClock())


async def test_on_the_wire_every_group_stands_under_its_dimension_with_its_count() -> None:
    body = QualityReportResponse.of(await wired()).model_dump(mode="json", by_alias=True)
    data = body["data"]
    assert body["success"] is True
    assert (data["firstDay"], data["lastDay"]) == ("2026-10-21", "2026-11-17")
    values = {name: [group["value"] for group in data[name]] for name in data if isinstance(data[name], list)}
    assert values == {
        "byIndustry": ["음식점"],
        "byRegion": ["서울"],
        "byBudget": ["low"],
        "byWeek": ["2026-11-16"],
        "experiments": ["default"],
    }
    assert data["overall"]["recommendations"] == {
        "count": 3,
        "cacheHitRate": 0.5,
        "successRate": 1.0,
        "degradedRate": 0.0,
        "selectionRate": 0.25,
        "regenerationRate": 0.1,
        "secondsP50": 1.5,
        "secondsP95": 6.0,
        "secondsP99": 8.0,
        "costUsd": 0.002,
    }
    assert data["overall"]["predictions"] == {
        "count": 2,
        "roiErrorMedian": 0.2,
        "roiWithinTarget": 0.5,
        "participantsErrorMedian": 0.1,
        "costErrorMedian": 0.3,
    }


async def test_what_a_group_has_no_observation_of_is_null_on_the_wire() -> None:
    data = QualityReportResponse.of(await wired()).model_dump(mode="json", by_alias=True)["data"]
    assert data["byIndustry"][0]["predictions"] is None
    assert data["byRegion"][0]["recommendations"] is None
