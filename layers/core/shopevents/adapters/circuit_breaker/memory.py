"""A circuit breaker of one process."""

from datetime import datetime, timedelta

from shopevents.ports.circuit_breaker import BreakerLimits
from shopevents.ports.clock import Clock

# Failures in a row count together when each comes within this time of the one before, in seconds.
FAILURES_FORGOTTEN_SECONDS = 600.0


class MemoryCircuitBreaker:
    """Closed while `_open_until` is None, half-open once it has passed."""

    def __init__(self, clock: Clock, limits: BreakerLimits) -> None:
        self._clock = clock
        self._limits = limits
        self._failures = 0
        self._failed_at: datetime | None = None
        self._open_until: datetime | None = None
        self._probed_until: datetime | None = None

    async def allows(self) -> bool:
        now = self._clock.now()
        if self._open_until is None:
            return True
        if now < self._open_until or (self._probed_until and now < self._probed_until):
            return False
        self._probed_until = now + timedelta(seconds=self._limits.probe_seconds)
        return True

    async def report_success(self) -> None:
        """A straggler from before it opened proves nothing."""
        if self._open_until is None or self._clock.now() >= self._open_until:
            self._failures, self._failed_at, self._open_until, self._probed_until = 0, None, None, None

    async def report_failure(self) -> None:
        now = self._clock.now()
        if self._open_until is None:
            self._count(now)
        elif now >= self._open_until:
            self._open(now)

    def _count(self, now: datetime) -> None:
        if self._failed_at and now - self._failed_at > timedelta(seconds=FAILURES_FORGOTTEN_SECONDS):
            self._failures = 0
        self._failures, self._failed_at = self._failures + 1, now
        if self._failures >= self._limits.failures:
            self._open(now)

    def _open(self, now: datetime) -> None:
        self._failures, self._probed_until = 0, None
        self._open_until = now + timedelta(seconds=self._limits.open_seconds)
