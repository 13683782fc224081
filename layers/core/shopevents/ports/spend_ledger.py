"""Money spent on a vendor per day of Asia/Seoul, never above its cap."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reservation:
    """USD set aside before a call whose price is not known yet."""

    reservation_id: str
    day: str
    usd: float


class SpendLedger(Protocol):
    """Atomic reserve → settle. A reservation that is never settled is charged in full when its lease ends."""

    async def reserve(self, usd: float, lease_seconds: float) -> Reservation | None:
        """Sets `usd`, the most that the call can cost, aside; None when the day's cap would be exceeded.
        Fails open to a local cap."""
        ...

    async def settle(self, reservation: Reservation, usd: float) -> None:
        """Replaces the reservation by what the call really cost. A second settlement has no effect."""
        ...

    async def spent_today(self) -> float:
        """USD settled and set aside today."""
        ...
