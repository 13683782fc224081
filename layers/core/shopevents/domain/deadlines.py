"""One absolute deadline for a request, and shares of it for its stages."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock, in seconds (the clock of `asyncio`'s loop)."""

    at: float

    @classmethod
    def of(
        cls,
        *,
        monotonic_now: float,
        total: float,
        already_spent: float = 0.0,
        remaining_in_runtime: float | None = None,
        runtime_margin: float = 0.3,
    ) -> Self:
        """The smaller of `total` seconds since the request was taken (`already_spent` ago) and the
        runtime's remaining seconds less a margin to answer in. Never before now.
        """
        left = total - already_spent
        if remaining_in_runtime is not None:
            left = min(left, remaining_in_runtime - runtime_margin)
        return cls(monotonic_now + max(left, 0.0))

    def remaining(self, monotonic_now: float) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - monotonic_now)

    def share(self, monotonic_now: float, seconds: float) -> "Deadline":
        """A stage's own deadline: `seconds` from now, but never later than the request's."""
        return Deadline(min(self.at, monotonic_now + seconds))

    def leaving(self, reserve: float) -> "Deadline":
        """The same deadline, `reserve` seconds earlier: time kept for the stages that follow."""
        return Deadline(self.at - reserve)


# API Gateway's clock and ours may differ; an older or a future start time than this is not believed. It gives up
# after 12 s (the route's TimeoutInMillis): whoever waits for us asked less than that ago.
PLAUSIBLE_AGE_SECONDS = 12.0


def seconds_since_taken(taken_at_ms: int | None, now_ms: int) -> float:
    """Seconds since API Gateway took the request (`requestContext.timeEpoch`, ms), 0 where implausible."""
    if taken_at_ms is None:
        return 0.0
    age = (now_ms - taken_at_ms) / 1000
    return age if 0.0 <= age <= PLAUSIBLE_AGE_SECONDS else 0.0
