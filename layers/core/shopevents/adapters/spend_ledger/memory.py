"""Money spent on a vendor, counted in one process."""

import math
import secrets
from dataclasses import dataclass, field
from datetime import timedelta, timezone

from shopevents.ports.clock import Clock
from shopevents.ports.spend_ledger import Reservation

# Korea has had no daylight saving time since 1988.
KOREA = timezone(timedelta(hours=9))


def seoul_day(clock: Clock) -> str:
    """Today in Asia/Seoul, "2026-11-17"."""
    return clock.now().astimezone(KOREA).date().isoformat()


def micros(usd: float) -> int:
    """Millionths of a USD, rounded up: sums are exact, and nothing is free."""
    return math.ceil(round(usd * 1e6, 3))


@dataclass(slots=True)
class _Day:
    """`open` maps reservations to what was set aside and when (seconds since 1970) their leases end."""

    day: str
    total: int = 0
    open: dict[str, tuple[int, float]] = field(default_factory=dict)


class MemorySpendLedger:
    """The total holds settled and reserved money alike: to charge a lapsed reservation is to forget about it."""

    def __init__(self, clock: Clock, cap_usd: float) -> None:
        self._clock = clock
        self._cap = micros(cap_usd)
        self._today = _Day(seoul_day(clock))

    async def reserve(self, usd: float, lease_seconds: float) -> Reservation | None:
        today, amount = self._current(), micros(usd)
        if today.total + amount > self._cap:
            return None
        reservation = Reservation(secrets.token_hex(8), today.day, usd)
        today.total += amount
        today.open[reservation.reservation_id] = (amount, self._clock.now().timestamp() + lease_seconds)
        return reservation

    async def settle(self, reservation: Reservation, usd: float) -> None:
        today = self._current()
        reserved = today.open.pop(reservation.reservation_id, None)
        if reserved:
            today.total += micros(usd) - reserved[0]

    async def spent_today(self) -> float:
        return self.total_micros() / 1e6

    def total_micros(self) -> int:
        """Today's total in millionths of a USD."""
        return self._current().total

    def _current(self) -> _Day:
        day = seoul_day(self._clock)
        if self._today.day != day:
            self._today = _Day(day)
        now = self._clock.now().timestamp()
        self._today.open = {key: held for key, held in self._today.open.items() if now < held[1]}
        return self._today
