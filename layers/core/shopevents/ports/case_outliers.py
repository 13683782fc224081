"""Which cases' numbers stand apart: they stay cases, and no estimate is made of them."""

from collections.abc import Collection
from typing import Protocol

from shopevents.domain.vocabulary import IndustryCategory


class CaseOutliers(Protocol):
    """Marks cases."""

    async def rois(self, industry: IndustryCategory) -> dict[str, float]:
        """ROI in % by case id: what owners observed and what was published; nothing assumed. Raises Unavailable."""
        ...

    async def mark(self, industry: IndustryCategory, outliers: Collection[str]) -> int:
        """Marks these cases of the industry, and no other of it. Returns how many marks changed. Raises
        Unavailable."""
        ...
