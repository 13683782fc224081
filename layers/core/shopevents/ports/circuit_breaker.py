"""Stops calling a dependency that keeps failing, across all containers."""

from dataclasses import dataclass
from typing import Protocol

# A probe whose outcome nobody reports (its container died) makes place for another after this time, in
# seconds: longer than a call to Claude may take.
PROBE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    """Opens after `failures` in a row, for `open_seconds`; then lets one probe at a time through."""

    failures: int = 5
    open_seconds: float = 30.0
    probe_seconds: float = PROBE_SECONDS


class CircuitBreaker(Protocol):
    """Closed, open, or half-open with one probe at a time. Falls back to a local state when the
    shared one can't be reached."""

    async def allows(self) -> bool:
        """Whether a call may be made now. In half-open state it grants one caller the probe, whose
        grant lapses by itself if no outcome is reported."""
        ...

    async def report_success(self) -> None:
        """The call worked: close."""
        ...

    async def report_failure(self) -> None:
        """The call failed through the dependency's fault: count it, open when there were too many."""
        ...
