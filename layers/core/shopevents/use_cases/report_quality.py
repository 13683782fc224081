"""The quality report over the last weeks."""

from datetime import timedelta

from shopevents.domain.quality import WINDOW_DAYS, QualityGroup, QualityReport
from shopevents.domain.questions import SEOUL
from shopevents.ports.clock import Clock
from shopevents.ports.quality_figures import QualityFigures


async def report_quality(*, figures: QualityFigures, clock: Clock, days: int = WINDOW_DAYS) -> QualityReport:
    """The report on the last `days` days of Asia/Seoul, today included. Raises Unavailable."""
    now = clock.now()
    last_day = now.astimezone(SEOUL).date()
    first_day = last_day - timedelta(days=days - 1)
    groups = await figures.groups(first_day, last_day)
    overall = next((group for group in groups if group.dimension == "overall"), None)
    return QualityReport(
        first_day=first_day,
        last_day=last_day,
        computed_at=now,
        overall=overall or QualityGroup(dimension="overall", value=""),
        groups=tuple(group for group in groups if group.dimension != "overall"),
    )
