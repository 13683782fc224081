"""Every rate limiter lets exactly as many through as it should."""

import asyncio
import subprocess
import sys
from collections import Counter

import pytest

from shopevents.adapters.rate_limiter.memory import MemoryRateLimiter
from shopevents.adapters.rate_limiter.redis import RedisRateLimiter
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.rate_limiter import RateLimiter

ON_REDIS = pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)


@pytest.fixture
def limiter(connection: RedisConnection | None) -> RateLimiter:
    return RedisRateLimiter(connection) if connection else MemoryRateLimiter()


async def test_as_many_as_allowed_get_a_place_and_the_rest_hear_how_long_to_wait(limiter: RateLimiter) -> None:
    waits = await asyncio.gather(*(limiter.try_acquire("claude", 50) for _ in range(120)))

    assert waits.count(0.0) == 50
    assert all(50 < wait <= 60 for wait in waits if wait)


async def test_names_have_limits_of_their_own(limiter: RateLimiter) -> None:
    assert await limiter.try_acquire("user:가게", 1) == 0.0
    assert await limiter.try_acquire("user:가게", 1) > 0.0
    assert await limiter.try_acquire("user:다른 가게", 1) == 0.0


@ON_REDIS
async def test_containers_share_one_limit(connection: RedisConnection) -> None:
    containers = [RedisRateLimiter(connection) for _ in range(4)]
    waits = await asyncio.gather(*(containers[turn % 4].try_acquire("claude", 10) for turn in range(40)))

    assert Counter(wait == 0.0 for wait in waits) == {True: 10, False: 30}


@ON_REDIS
async def test_places_come_back_one_by_one_as_the_window_moves(connection: RedisConnection) -> None:
    """A minute is too long for a test: the entries, the times of the places taken, are made older instead."""
    limiter = RedisRateLimiter(connection)
    await asyncio.gather(*(limiter.try_acquire("claude", 3) for _ in range(3)))
    key = "LIMITS:LIMITER/claude/3/1/minute"
    taken = [float(at) for at in await connection.run(lambda client: client.execute_command("LRANGE", key, 0, -1))]
    await connection.run(lambda client: client.execute_command("LSET", key, -1, taken[-1] - 61))

    waits = [await limiter.try_acquire("claude", 3) for _ in range(2)]
    assert [wait == 0.0 for wait in waits] == [True, False]


def test_a_container_that_only_answers_from_the_cache_never_imports_the_library() -> None:
    code = "import sys, shopevents.adapters.rate_limiter.redis; sys.exit('limits' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
