"""What owners reported on their events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shopevents.domain.effects import Effects
from shopevents.domain.performance import Accuracy, PerformanceReport, Result
from shopevents.domain.shop_events import ShopEvent


@dataclass(frozen=True, slots=True)
class Measurement:
    """A shop event and the report that counts."""

    shop_event: ShopEvent
    report: PerformanceReport


class Performances(Protocol):
    """Keeps every report; the last one of an event counts."""

    async def report(
        self, event_id: str, owner_id: str, result: Result, *, reported_at: datetime, effects: Effects
    ) -> PerformanceReport | None:
        """Adds a report together with its effects and gives it its place; None, with no effect, when the receipt's key
        is taken. Raises NotFound for an event that is not that owner's or is withdrawn, and Unavailable."""
        ...

    async def measurement(self, event_id: str) -> Measurement | None:
        """The event and its counting report; None where either is missing, or the event withdrawn. Raises
        Unavailable."""
        ...

    async def settle(self, measurement: Measurement, accuracy: Accuracy | None, *, compared_at: datetime) -> bool:
        """Makes the case `observed` by this report, in a new version, and keeps the report's accuracy. False, with no
        effect, when that was done before or another report counts by now. Raises Unavailable."""
        ...
