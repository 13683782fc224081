"""The `limits` library on our own Redis client."""

from typing import cast

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import MovingWindowRateLimiter
from limits.typing import AsyncRedisClient

from shopevents.adapters.redis_client import RedisClient


class _SharedClientStorage(RedisStorage):
    """Uses the client of a `RedisConnection`, single or cluster, instead of making a pool of its own from a URL."""

    STORAGE_SCHEME = ["async+redis+shared"]  # noqa: RUF012  # limits declares it so

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        super().__init__("async+redis://", implementation="redispy")

    def configure_bridge(self) -> None:
        client = cast(AsyncRedisClient, self._client)
        cast(RedispyBridge, self.bridge).connection_getter = lambda _readonly: client


class MovingWindow:
    """Limits per minute. Times are those of the container that asks (`limits` sends its own)."""

    def __init__(self, client: RedisClient) -> None:
        self._limiter = MovingWindowRateLimiter(_SharedClientStorage(client))

    async def hit(self, name: str, per_minute: int) -> float | None:
        """Takes a place: None when there was one, else when (seconds since 1970) the oldest one is given back.
        Raises redis-py's errors."""
        item = RateLimitItemPerMinute(per_minute)
        if await self._limiter.hit(item, name):
            return None
        return (await self._limiter.get_window_stats(item, name)).reset_time
