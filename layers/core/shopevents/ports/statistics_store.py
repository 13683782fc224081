"""Where figures of public statistics are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from shopevents.domain.statistics import Figure, ProfileFigure, StorePage


class StatisticsStore(Protocol):
    """Keeps figures by what they are about: recorded again, a figure is replaced, by an older reply never."""

    async def keep_figures(self, figures: Sequence[Figure], fetched_at: datetime) -> None:
        """Industry figures. Raises Unavailable."""
        ...

    async def keep_profiles(self, figures: Sequence[ProfileFigure], fetched_at: datetime) -> None:
        """Region figures. Raises Unavailable."""
        ...

    async def keep_stores(self, page: StorePage) -> bool:
        """Notes the page's stores as seen; pages may come twice and in any order. True when the snapshot of its
        시군구 × 대분류 is complete now, so that it was counted, with openings and closings since the last
        complete one. Raises Unavailable."""
        ...
