"""The three places where the adapters of the request path keep their state."""

from collections.abc import AsyncIterator

import pytest

from shopevents.adapters.redis_connection import RedisConnection
from tests.adapters.clock import HandClock

# The machine may be busy: what is tested here is not how fast it is.
PATIENT_SECONDS = 10.0


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["memory", "redis", "redis cluster"])
async def connection(request: pytest.FixtureRequest, clock: HandClock) -> AsyncIterator[RedisConnection | None]:
    """A connection to an empty Redis or Redis Cluster, None for an adapter that keeps its state in memory."""
    if request.param == "memory":
        yield None
        return
    url = request.getfixturevalue("redis_url" if request.param == "redis" else "redis_cluster_url")
    connection = RedisConnection(url, clock, call_seconds=PATIENT_SECONDS)
    yield connection
    await connection.aclose()
