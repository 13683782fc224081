"""What really happened at our shops' events, to learn from."""

from collections.abc import Sequence
from typing import Protocol

from shopevents.domain.calibration import ObservedResult


class ObservedResults(Protocol):
    """Reads measured events."""

    async def latest(self, limit: int) -> Sequence[ObservedResult]:
        """The latest measured events, outliers and withdrawn ones left out. Raises Unavailable."""
        ...
