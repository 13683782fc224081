"""A clock that only moves when it is told to."""

from datetime import UTC, datetime, timedelta


class HandClock:
    def __init__(self, now: datetime = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
