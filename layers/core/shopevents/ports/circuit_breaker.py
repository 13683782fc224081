"""Stops calling a dependency that keeps failing, across all containers."""

from typing import Protocol


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
