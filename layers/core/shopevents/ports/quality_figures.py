"""Computes the quality report's figures from what was recorded."""

from datetime import date
from typing import Protocol

from shopevents.domain.quality import QualityGroup


class QualityFigures(Protocol):
    """Aggregates where the data is."""

    async def groups(self, first_day: date, last_day: date) -> tuple[QualityGroup, ...]:
        """The overall group (dimension "overall") first, then those by industry, region, budget, week and
        variant. Days of Asia/Seoul, both included. Raises Unavailable."""
        ...
