"""Moving-window limits of one process."""

import asyncio
from collections import deque

WINDOW_SECONDS = 60.0


class MemoryRateLimiter:
    """The times of the last minute's places, per name. (`limits` has a memory storage too; it leaves a task behind.)"""

    def __init__(self, sweep_at: int = 1000) -> None:
        self._taken: dict[str, deque[float]] = {}
        self._sweep_at = sweep_at

    async def try_acquire(self, name: str, per_minute: int) -> float:
        now = asyncio.get_running_loop().time()
        self._sweep(now)
        taken = self._taken.setdefault(name, deque())
        while taken and taken[0] <= now - WINDOW_SECONDS:
            taken.popleft()
        if len(taken) >= per_minute:
            return taken[-per_minute] + WINDOW_SECONDS - now if per_minute else WINDOW_SECONDS
        taken.append(now)
        return 0.0

    def _sweep(self, now: float) -> None:
        if len(self._taken) >= self._sweep_at:
            self._taken = {
                name: taken for name, taken in self._taken.items() if taken and taken[-1] > now - WINDOW_SECONDS
            }
