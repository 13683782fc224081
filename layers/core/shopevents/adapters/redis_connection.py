"""The one way to Redis: how we connect, how long we wait, and what a failure means.

Every call has one total time limit, whatever happens inside (name resolution, connecting, a cluster's
topology, a frozen node): redis-py's own timeouts are per read, and a cluster client makes many. After a
failure Redis is left alone for a few seconds, so that one request does not pay for it at every stage.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ClusterDownError, RedisClusterException, RedisError, ResponseError

from shopevents.adapters.redis_client import RedisClient, client_for
from shopevents.domain.errors import Unavailable
from shopevents.ports.clock import Clock

DEPENDENCY: Final = "redis"

# One call, connecting included. In a VPC a call takes about 1 ms, a new TLS connection about 10 ms.
CALL_SECONDS = 0.5
# How long Redis is left alone after a failure; then a single call tries again.
DOWN_SECONDS = 5.0
# A connection that was idle this long (a frozen container's) is opened anew: a flow that a firewall has
# dropped in silence would cost a whole time limit, a new connection costs milliseconds.
IDLE_SECONDS = 60.0
# Calls at once per container; the rest queue. A cluster client raises when its connections run out.
CONCURRENT_CALLS = 32

# The share of a shared limit (calls a minute, USD a day) that one container may use on its own while Redis
# is gone. Fifty calls a minute of six seconds each keep five containers busy: together they stay inside.
LOCAL_SHARE = 0.2


class RedisConnection:
    """A single Redis or a Redis Cluster, connected when it is first used. Belongs to one event loop."""

    def __init__(
        self, url: str, clock: Clock, *, call_seconds: float = CALL_SECONDS, down_seconds: float = DOWN_SECONDS
    ) -> None:
        """`url` is `redis://`, `rediss://`, `redis+cluster://` or `rediss+cluster://`, the latter two with hosts
        separated by commas. Raises MisconfiguredError for another one. No I/O."""
        self.client: Final = client_for(url, call_seconds=call_seconds, connections=2 * CONCURRENT_CALLS)
        self.is_cluster: Final = isinstance(self.client, RedisCluster)
        self._clock = clock
        self._call_seconds = call_seconds
        self._down_seconds = down_seconds
        self._down_until = 0.0
        self._used_at = clock.now()
        self._places = asyncio.Semaphore(CONCURRENT_CALLS)

    async def run[T](self, call: Callable[[RedisClient], Awaitable[T]]) -> T:
        """What `call` returns for our client, within the time limit. Raises Unavailable."""
        return await self.guarded(lambda: call(self.client))

    async def guarded[T](self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work`, which talks to the same Redis by a client of its own, returns. Raises Unavailable."""
        async with self._places:
            self._refuse_while_down()
            try:
                async with asyncio.timeout(self._call_seconds):
                    await self._make_ready()
                    result = await work()
            except (RedisError, RedisClusterException, OSError, TimeoutError) as error:
                self._remember(error)
                raise Unavailable(DEPENDENCY, f"{type(error).__name__}: {error}") from error
            self._down_until = 0.0
            return result

    async def aclose(self) -> None:
        """Closes every connection. A cluster client that is about to learn its topology anew forgets to."""
        await self.client.aclose()
        if isinstance(self.client, RedisCluster):
            nodes = (*self.client.get_nodes(), *self.client.nodes_manager.startup_nodes.values())
            await asyncio.gather(*(node.disconnect() for node in nodes))

    def _refuse_while_down(self) -> None:
        """Lets one call through when the pause is over; the others go on without until it is back."""
        now = asyncio.get_running_loop().time()
        if now < self._down_until:
            raise Unavailable(DEPENDENCY, "left alone for a moment after a failure")
        if self._down_until:
            self._down_until = now + self._call_seconds

    def _remember(self, error: Exception) -> None:
        """An answer that we don't like is still an answer: only silence and refusal make it down."""
        if isinstance(error, ResponseError) and not isinstance(error, ClusterDownError):
            return
        self._down_until = asyncio.get_running_loop().time() + self._down_seconds

    async def _make_ready(self) -> None:
        """Several first commands at once make redis-py 8.1's cluster client lose sockets: it is made to finish
        learning the topology before any of them."""
        await self._leave_idle_connections()
        if isinstance(self.client, RedisCluster):
            await self.client.initialize()

    async def _leave_idle_connections(self) -> None:
        """Wall-clock time, since a frozen container's monotonic clock may stand still."""
        now = self._clock.now()
        idle, self._used_at = now - self._used_at, now
        if idle >= timedelta(seconds=IDLE_SECONDS):
            await self._leave_connections()

    async def _leave_connections(self) -> None:
        """Those that no call is using now."""
        if isinstance(self.client, Redis):
            await self.client.connection_pool.disconnect(inuse_connections=False)
        else:
            await asyncio.gather(*(node.disconnect_free_connections() for node in self.client.get_nodes()))
