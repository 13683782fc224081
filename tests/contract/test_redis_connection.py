"""How we connect to Redis: every form of URL, TLS, passwords, and connections that died while nobody looked."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from local.embedded_redis import embedded_redis_cluster
from shopevents.adapters.cache.redis import RedisCache
from shopevents.adapters.redis_client import CLUSTER_SCHEMES
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.domain.errors import MisconfiguredError, Unavailable
from tests.adapters.clock import HandClock
from tests.adapters.tcp_proxy import TcpProxy, certificate_for_loopback, port_of
from tests.contract.conftest import PATIENT_SECONDS

PASSWORD = "열려라 참깨/@:?#"  # what an operator may choose, and a URL has to escape


@asynccontextmanager
async def connected(url: str, clock: HandClock) -> AsyncIterator[RedisConnection]:
    connection = RedisConnection(url, clock, call_seconds=PATIENT_SECONDS, down_seconds=0)
    try:
        yield connection
    finally:
        await connection.aclose()


async def round_trip(connection: RedisConnection, count: int = 1) -> None:
    """Writes and reads `count` keys, all at once."""
    cache = RedisCache(connection)

    async def one(number: int) -> None:
        await cache.set_many({f"key-{number}": b"%d" % number}, ttl_seconds=60)
        assert await cache.get_many([f"key-{number}"]) == [b"%d" % number]

    await asyncio.gather(*(one(number) for number in range(count)))


@pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)
async def test_two_hundred_first_calls_at_once_all_get_their_own_answers(connection: RedisConnection) -> None:
    await round_trip(connection, 200)


@pytest.mark.parametrize(
    "url", ["http://localhost", "localhost:6379", "", "redis+cluster://", "redis+cluster://a:b,c:1", "valkey://h"]
)
async def test_a_url_that_is_none_of_ours_names_the_setting(url: str, clock: HandClock) -> None:
    with pytest.raises(MisconfiguredError, match="REDIS_URL"):
        RedisConnection(url, clock)


async def test_making_a_connection_touches_no_network(clock: HandClock) -> None:
    for scheme in ("redis", "rediss", *CLUSTER_SCHEMES):
        connection = RedisConnection(f"{scheme}://no-such-host.invalid:1", clock)
        assert connection.is_cluster == (scheme in CLUSTER_SCHEMES)


async def test_a_password_with_any_character_opens_a_single_server(redis_url: str, clock: HandClock) -> None:
    port = port_of(redis_url)
    async with connected(redis_url, clock) as admin, with_password(admin, [port]):
        async with connected(f"redis://:{quote(PASSWORD, safe='')}@127.0.0.1:{port}", clock) as connection:
            await round_trip(connection)
        async with connected(f"redis://:wrong@127.0.0.1:{port}", clock) as stranger:
            with pytest.raises(Unavailable):
                await round_trip(stranger)


async def test_a_password_with_any_character_opens_a_cluster(
    redis_cluster_url: str, redis_cluster_nodes: tuple[str, ...], clock: HandClock
) -> None:
    ports = [port_of(url) for url in redis_cluster_nodes]
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    async with connected(redis_cluster_nodes[0], clock) as admin, with_password(admin, ports):
        async with connected(f"redis+cluster://:{quote(PASSWORD, safe='')}@{hosts}", clock) as connection:
            await round_trip(connection, 20)
        async with connected(redis_cluster_url, clock) as stranger:
            with pytest.raises(Unavailable):
                await round_trip(stranger)


async def test_tls_trusts_only_the_certificate_it_is_told_to(redis_url: str, clock: HandClock, tmp_path: Path) -> None:
    tls, trusted = certificate_for_loopback(tmp_path)
    async with TcpProxy(port_of(redis_url)).running(tls) as proxy:
        url = f"rediss://127.0.0.1:{proxy.port}"
        async with connected(f"{url}?ssl_ca_certs={trusted}", clock) as connection:
            await round_trip(connection)
        async with connected(url, clock) as distrustful:
            with pytest.raises(Unavailable, match=r"(?i)certificate"):
                await round_trip(distrustful)
        async with connected(f"rediss://localhost:{proxy.port}?ssl_ca_certs={trusted}", clock) as misled:
            with pytest.raises(Unavailable, match="localhost"):
                await round_trip(misled)


async def test_tls_reaches_every_node_of_a_cluster(clock: HandClock, tmp_path: Path) -> None:
    """The binary at hand speaks no TLS: a proxy does in front of each node."""
    tls, trusted = certificate_for_loopback(tmp_path)
    async with proxied_cluster(tmp_path, tls) as proxies:
        url = f"rediss+cluster://127.0.0.1:{proxies[0].port}?ssl_ca_certs={trusted}"
        async with connected(url, clock) as connection:
            await round_trip(connection, 20)

        assert all(proxy.opened for proxy in proxies)


@pytest.mark.parametrize("reset", [True, False])
@pytest.mark.parametrize("has_heard", [True, False])
@pytest.mark.parametrize("kind", ["redis", "redis cluster"])
async def test_connections_that_the_server_closed_are_opened_again_unnoticed(
    kind: str, request: pytest.FixtureRequest, clock: HandClock, tmp_path: Path, *, has_heard: bool, reset: bool
) -> None:
    """Whether our event loop has already heard of the end (`has_heard`) or hears of it while it writes."""
    async with AsyncExitStack() as stack:
        if kind == "redis":
            proxy = TcpProxy(port_of(request.getfixturevalue("redis_url")))
            proxies = [await stack.enter_async_context(proxy.running())]
        else:
            proxies = await stack.enter_async_context(proxied_cluster(tmp_path))
        hosts = ",".join(f"127.0.0.1:{proxy.port}" for proxy in proxies)
        scheme = "redis" if kind == "redis" else "redis+cluster"
        connection = await stack.enter_async_context(connected(f"{scheme}://{hosts}", clock))
        elsewhere = await stack.enter_async_context(connected(request.getfixturevalue("redis_url"), clock))
        await round_trip(connection, 5)
        for _ in range(3):
            for proxy in proxies:
                proxy.cut(reset=reset)
            if has_heard:
                await round_trip(elsewhere, 5)
            await round_trip(connection, 5)


async def test_a_connection_that_was_idle_for_long_is_not_trusted(redis_url: str, clock: HandClock) -> None:
    """A firewall may have dropped it in silence while the container was frozen."""
    proxy = TcpProxy(port_of(redis_url))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(proxy.running())
        connection = await stack.enter_async_context(connected(f"redis://127.0.0.1:{proxy.port}", clock))
        await round_trip(connection)
        clock.advance(59)
        await round_trip(connection)
        assert proxy.opened == 1

        clock.advance(61)
        await round_trip(connection)
        assert proxy.opened == 2


@asynccontextmanager
async def proxied_cluster(folder: Path, tls: ssl.SSLContext | None = None) -> AsyncIterator[list[TcpProxy]]:
    """The proxies of a three-node cluster, which stand in for the nodes also in what the nodes say of each other."""
    with embedded_redis_cluster(folder / "cluster") as ports:
        async with AsyncExitStack() as stack:
            addresses: dict[int, int] = {}
            proxies = [await stack.enter_async_context(TcpProxy(port, addresses).running(tls)) for port in ports]
            addresses |= {port: proxy.port for port, proxy in zip(ports, proxies, strict=True)}
            yield proxies


@asynccontextmanager
async def with_password(admin: RedisConnection, ports: list[int]) -> AsyncIterator[None]:
    clients = [RedisConnection(f"redis://:{quote(PASSWORD, safe='')}@127.0.0.1:{port}", HandClock()) for port in ports]
    openers = [
        RedisConnection(f"redis://127.0.0.1:{port}", HandClock(), call_seconds=PATIENT_SECONDS) for port in ports
    ]
    for opener in openers:
        await opener.run(lambda client: client.execute_command("CONFIG SET", "requirepass", PASSWORD))
        await opener.aclose()
    try:
        yield
    finally:
        for client in clients:
            await client.run(lambda redis: redis.execute_command("CONFIG SET", "requirepass", ""))
            await client.aclose()
