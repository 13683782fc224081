"""Moving-window limits over Redis, by the `limits` library."""

import asyncio
import time
from typing import TYPE_CHECKING

from shopevents.adapters.rate_limiter.memory import MemoryRateLimiter
from shopevents.adapters.redis_connection import LOCAL_SHARE, RedisConnection
from shopevents.domain.errors import Unavailable

if TYPE_CHECKING:
    from shopevents.adapters.rate_limiter.moving_window import MovingWindow

# A refused caller is never told to come back at once, however the clocks of two containers differ.
_SHORTEST_WAIT_SECONDS = 0.05


class RedisRateLimiter:
    """Shared by all containers; a container alone grants a share of the limit when Redis is gone."""

    def __init__(self, connection: RedisConnection, *, local_share: float = LOCAL_SHARE) -> None:
        self._connection = connection
        self._local = MemoryRateLimiter()
        self._local_share = local_share
        self._window: MovingWindow | None = None

    async def try_acquire(self, name: str, per_minute: int) -> float:
        window = self._window or await self._opened()
        try:
            resets_at = await self._connection.guarded(lambda: window.hit(name, per_minute))
        except Unavailable:
            return await self._local.try_acquire(name, max(1, int(per_minute * self._local_share)))
        return 0.0 if resets_at is None else max(_SHORTEST_WAIT_SECONDS, resets_at - time.time())

    async def _opened(self) -> "MovingWindow":
        """Imported when first needed, since an answer from the cache takes no place, and in a thread, since it takes
        long enough to make a timeout late."""
        make = await asyncio.to_thread(_moving_window)
        self._window = self._window or make(self._connection.client)
        return self._window


def _moving_window() -> "type[MovingWindow]":
    from shopevents.adapters.rate_limiter.moving_window import MovingWindow

    return MovingWindow
