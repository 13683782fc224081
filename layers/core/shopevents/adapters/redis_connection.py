"""The one way to Redis: how we connect, how long we wait, and what a failure means.

Every call has one total time limit, whatever happens inside (name resolution, connecting, a cluster's
topology, a frozen node): redis-py's own timeouts are per read, and a cluster client makes many. After a
failure Redis is left alone for a few seconds, so that one request does not pay for it at every stage.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ClusterDownError, RedisClusterException, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from shopevents.domain.errors import MisconfiguredError, Unavailable
from shopevents.ports.clock import Clock

type RedisClient = Redis | RedisCluster

DEPENDENCY: Final = "redis"
SINGLE_SCHEMES = ("redis", "rediss")
CLUSTER_SCHEMES = ("redis+cluster", "rediss+cluster")

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

_DEFAULT_PORT = 6379


class RedisConnection:
    """A single Redis or a Redis Cluster, connected when it is first used. Belongs to one event loop."""

    def __init__(
        self, url: str, clock: Clock, *, call_seconds: float = CALL_SECONDS, down_seconds: float = DOWN_SECONDS
    ) -> None:
        """`url` is `redis://`, `rediss://`, `redis+cluster://` or `rediss+cluster://`, the latter two with hosts
        separated by commas. Raises MisconfiguredError for another one. No I/O."""
        self.is_cluster: Final = _scheme_of(url) in CLUSTER_SCHEMES
        self._options = _client_options(call_seconds)
        self.client: Final[RedisClient] = (
            _cluster_client(url, self._options) if self.is_cluster else Redis.from_url(url, **self._options)
        )
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
        """Closes every connection."""
        await self.client.aclose()

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
        """Several first commands at once break redis-py 8.1's cluster client (a TypeError while it still learns
        the topology, and leaked sockets): it is made to finish learning before any of them."""
        await self._leave_idle_connections()
        if isinstance(self.client, RedisCluster):
            await self.client.initialize()

    async def _leave_idle_connections(self) -> None:
        """Wall-clock time, since a frozen container's monotonic clock may stand still."""
        now = self._clock.now()
        idle, self._used_at = now - self._used_at, now
        if idle < timedelta(seconds=IDLE_SECONDS):
            return
        if isinstance(self.client, Redis):
            await self.client.connection_pool.disconnect(inuse_connections=False)
        else:
            await asyncio.gather(*(node.disconnect_free_connections() for node in self.client.get_nodes()))


def _scheme_of(url: str) -> str:
    scheme = urlsplit(url).scheme
    if scheme not in (*SINGLE_SCHEMES, *CLUSTER_SCHEMES):
        known = ", ".join(f"{name}://" for name in (*SINGLE_SCHEMES, *CLUSTER_SCHEMES))
        raise MisconfiguredError("REDIS_URL", f"must start with one of {known}")
    return scheme


def _client_options(call_seconds: float) -> dict[str, Any]:
    """Everything that redis-py 8 would default to more patience than a request has: ten retries of five
    seconds, and four commands of greeting per connection. A broken connection is tried once more at once
    (an idle one that the server closed), silence never.
    """
    return {
        "socket_timeout": call_seconds,
        "socket_connect_timeout": call_seconds,
        "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        "protocol": 2,  # no HELLO and no maintenance notifications: the first command goes out at once
        "driver_info": None,
    }


def _cluster_client(url: str, options: dict[str, Any]) -> RedisCluster:
    """A client that learns the topology at its first command, again and again from the given hosts (they
    are DNS names of ElastiCache, whose nodes come and go)."""
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    if not hosts:
        raise MisconfiguredError("REDIS_URL", "names no host")
    if parts.scheme == "rediss+cluster":
        options = options | {"ssl": True} | dict(parse_qsl(parts.query))
    return RedisCluster(
        startup_nodes=[_node(host) for host in hosts.split(",")],
        username=unquote(username) or None,
        password=unquote(password) or None,
        dynamic_startup_nodes=False,
        max_connections=2 * CONCURRENT_CALLS,
        **options,
    )


def _node(address: str) -> ClusterNode:
    host, _, port = address.partition(":")
    if port and not port.isdecimal():
        raise MisconfiguredError("REDIS_URL", "has a port that is not a number")
    return ClusterNode(host, int(port) if port else _DEFAULT_PORT)
