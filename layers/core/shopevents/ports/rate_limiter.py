"""Limits on how often something may happen, shared by all containers."""

from typing import Protocol


class RateLimiter(Protocol):
    """Moving-window limits."""

    async def try_acquire(self, name: str, per_minute: int) -> float:
        """Takes one place in the window of `name`: 0.0 when there was one, else the seconds until
        there will be. Fails open to a limit of its own when the shared one can't be reached."""
        ...
