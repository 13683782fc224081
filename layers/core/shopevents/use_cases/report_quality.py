"""The quality report over the last weeks."""

from datetime import date, timedelta

from pydantic import ValidationError

from shopevents.domain.errors import Unavailable
from shopevents.domain.quality import WINDOW_DAYS, QualityGroup, QualityReport
from shopevents.domain.questions import SEOUL
from shopevents.domain.stopwatches import Stopwatch
from shopevents.ports.cache import Cache
from shopevents.ports.clock import Clock
from shopevents.ports.quality_figures import QualityFigures

# Hundreds of thousands of observations take seconds to sort. Such a report is made by the hourly schedule, and read from
# the cache until the next one is there; a smaller one is computed whenever somebody asks.
SLOW_SECONDS = 1.0
KEPT_SECONDS = 75 * 60


async def report_quality(
    *,
    figures: QualityFigures,
    cache: Cache,
    clock: Clock,
    days: int = WINDOW_DAYS,
    slow_seconds: float = SLOW_SECONDS,
) -> QualityReport:
    """The report on the last `days` days of Asia/Seoul, today included, computed now. One that takes longer than
    `slow_seconds` is kept for `latest_report`. Raises Unavailable where the figures can't be read."""
    watch, now = Stopwatch(), clock.now()
    first_day, last_day = _window(clock, days)
    groups = await figures.groups(first_day, last_day)
    overall = next((group for group in groups if group.dimension == "overall"), None)
    report = QualityReport(
        first_day=first_day,
        last_day=last_day,
        computed_at=now,
        overall=overall or QualityGroup(dimension="overall", value=""),
        groups=tuple(group for group in groups if group.dimension != "overall"),
    )
    if watch.seconds > slow_seconds:
        await _keep(report, cache)
    return report


async def latest_report(
    *, figures: QualityFigures, cache: Cache, clock: Clock, days: int = WINDOW_DAYS
) -> QualityReport:
    """The kept report, or where none is kept one computed now. Raises Unavailable."""
    kept = await _kept(*_window(clock, days), cache)
    return kept or await report_quality(figures=figures, cache=cache, clock=clock, days=days)


def _window(clock: Clock, days: int) -> tuple[date, date]:
    last_day = clock.now().astimezone(SEOUL).date()
    return last_day - timedelta(days=days - 1), last_day


def _key(first_day: date, last_day: date) -> str:
    return f"quality-report:1:{first_day}:{last_day}"


async def _keep(report: QualityReport, cache: Cache) -> None:
    try:
        await cache.set_many({_key(report.first_day, report.last_day): report.model_dump_json().encode()}, KEPT_SECONDS)
    except Unavailable:
        return  # the report is made all the same; the next one to ask waits for another


async def _kept(first_day: date, last_day: date, cache: Cache) -> QualityReport | None:
    try:
        (stored,) = await cache.get_many([_key(first_day, last_day)])
        return None if stored is None else QualityReport.model_validate_json(stored)
    except (Unavailable, ValidationError):
        return None  # a cache that is away, or a report of an older deployment: it is computed anew
