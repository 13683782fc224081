"""A redis-py client for a URL, with the patience of a request and mended where redis-py 8.1 breaks."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from redis.asyncio import Connection, ConnectionPool, Redis, SSLConnection
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from shopevents.domain.errors import MisconfiguredError

type RedisClient = Redis | RedisCluster

SINGLE_SCHEMES = ("redis", "rediss")
CLUSTER_SCHEMES = ("redis+cluster", "rediss+cluster")

_DEFAULT_PORT = 6379


def is_cluster_url(url: str) -> bool:
    """Whether the URL names a cluster. Raises MisconfiguredError where it names no Redis at all."""
    scheme = urlsplit(url).scheme
    if scheme not in (*SINGLE_SCHEMES, *CLUSTER_SCHEMES):
        known = ", ".join(f"{name}://" for name in (*SINGLE_SCHEMES, *CLUSTER_SCHEMES))
        raise MisconfiguredError("REDIS_URL", f"must start with one of {known}")
    return scheme in CLUSTER_SCHEMES


def client_for(url: str, *, call_seconds: float, connections: int) -> RedisClient:
    """A client that connects at its first command. `call_seconds` is the limit of each read and write on a
    socket, `connections` that of connections per node. Raises MisconfiguredError. No I/O."""
    options = _options(call_seconds) | {"max_connections": connections}
    return _cluster(url, options) if is_cluster_url(url) else _single(url, options)


class _Mended(AbstractConnection):
    """Notices that its connection has ended before it writes to it, and connects anew.

    redis-py 8.1 writes all the same, and asyncio's `writelines` of older patch releases of Python 3.13 then raises
    TypeError, or leaves the number of the closed socket registered with the event loop, where the next
    connection that gets this number hangs (https://github.com/python/cpython/issues/136234).
    """

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:
        if self._writer is not None and self._writer.is_closing():
            await self.disconnect(nowait=True)
        await super().send_packed_command(command, check_health)


class _PlainConnection(_Mended, Connection):
    """Over TCP."""


class _TlsConnection(_Mended, SSLConnection):
    """Over TLS."""


def _options(call_seconds: float) -> dict[str, Any]:
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


def _single(url: str, options: dict[str, Any]) -> Redis:
    pool = ConnectionPool.from_url(url, **options)
    pool.connection_class = _TlsConnection if pool.connection_class is SSLConnection else _PlainConnection
    return Redis.from_pool(pool)


def _cluster(url: str, options: dict[str, Any]) -> RedisCluster:
    """A client that learns the topology at its first command, again and again from the given hosts (they
    are DNS names of ElastiCache, whose nodes come and go)."""
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    if not hosts:
        raise MisconfiguredError("REDIS_URL", "names no host")
    has_tls = parts.scheme == "rediss+cluster"
    if has_tls:
        options |= dict(parse_qsl(parts.query))
    client = RedisCluster(
        startup_nodes=[_node(host) for host in hosts.split(",")],
        username=unquote(username) or None,
        password=unquote(password) or None,
        dynamic_startup_nodes=False,
        ssl=has_tls,
        **options,
    )
    _mend(client, _TlsConnection if has_tls else _PlainConnection)
    return client


def _mend(client: RedisCluster, connection_class: type[Connection]) -> None:
    """The cluster client takes no class of connections: its nodes do, those it knows and those it will learn of."""
    client.nodes_manager.connection_kwargs["connection_class"] = connection_class
    for node in client.nodes_manager.startup_nodes.values():
        node.connection_class = connection_class


def _node(address: str) -> ClusterNode:
    host, _, port = address.partition(":")
    if port and not port.isdecimal():
        raise MisconfiguredError("REDIS_URL", "has a port that is not a number")
    return ClusterNode(host, int(port) if port else _DEFAULT_PORT)
