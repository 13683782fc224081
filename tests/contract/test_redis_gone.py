"""Redis killed or frozen: every adapter stays within its time and does what its port promises for that case."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from local.embedded_redis import embedded_redis, embedded_redis_cluster
from shopevents.adapters.answer_book.redis import RedisAnswerBook
from shopevents.adapters.answer_stream.redis import RedisAnswerStream
from shopevents.adapters.cache.redis import RedisCache
from shopevents.adapters.circuit_breaker.redis import RedisCircuitBreaker
from shopevents.adapters.controls.redis import RedisControls
from shopevents.adapters.flights.redis import RedisFlights
from shopevents.adapters.rate_limiter.redis import RedisRateLimiter
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.adapters.spend_ledger.redis import RedisSpendLedger
from shopevents.domain.errors import Unavailable
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.circuit_breaker import BreakerLimits
from shopevents.ports.controls import ControlState
from shopevents.ports.flights import Lease
from shopevents.ports.spend_ledger import Reservation
from tests.adapters.clock import HandClock
from tests.adapters.tcp_proxy import TcpProxy, port_of
from tests.contract.answers import answer
from tests.contract.waiting import eventually

CALL_SECONDS = 0.3
# What a call may take at the very most here. redis-py's own defaults would take a minute.
PROMISED_SECONDS = 5.0
FOOD = IndustryCategory.FOOD


class Servers:
    """The processes of a Redis of this test's own, to be killed and frozen."""

    def __init__(self, url: str, ports: tuple[int, ...]) -> None:
        self.url = url
        self.pids = [_pid_at(port) for port in ports]

    def signal(self, number: signal.Signals) -> None:
        for pid in self.pids:
            os.kill(pid, number)


@pytest.fixture(params=["redis", "redis cluster"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Servers]:
    if request.param == "redis":
        with embedded_redis(tmp_path / "data", durable=False) as url:
            yield from _thawed_at_the_end(Servers(url, (port_of(url),)))
    else:
        with embedded_redis_cluster(tmp_path / "cluster") as ports:
            hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
            yield from _thawed_at_the_end(Servers(f"redis+cluster://{hosts}", ports))


@pytest.fixture
async def connection(servers: Servers, clock: HandClock) -> AsyncIterator[RedisConnection]:
    connection = RedisConnection(servers.url, clock, call_seconds=CALL_SECONDS, down_seconds=600)
    yield connection
    await connection.aclose()


@pytest.fixture
async def patient(servers: Servers, clock: HandClock) -> AsyncIterator[RedisConnection]:
    """A connection that tries again at once."""
    connection = RedisConnection(servers.url, clock, call_seconds=CALL_SECONDS, down_seconds=0)
    yield connection
    await connection.aclose()


@contextmanager
def frozen(servers: Servers) -> Iterator[None]:
    servers.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        servers.signal(signal.SIGCONT)


def calls_that_raise(connection: RedisConnection, clock: HandClock) -> dict[str, Callable[[], Awaitable[object]]]:
    cache, flights, controls = RedisCache(connection), RedisFlights(connection), RedisControls(connection)
    book, stream, lease = RedisAnswerBook(connection, clock), RedisAnswerStream(connection), Lease("key", 1)
    return {
        "get_many": partial(cache.get_many, ["a", "b"]),
        "set_many": partial(cache.set_many, {"a": b"1", "b": b"2"}, 60),
        "delete_many": partial(cache.delete_many, ["a", "b"]),
        "acquire": partial(flights.acquire, "key", 5),
        "renew": partial(flights.renew, lease, 5),
        "publish": partial(flights.publish, lease, b"value", 5),
        "release": partial(flights.release, lease),
        "wait": partial(flights.wait, "another key", 60),
        "keep": partial(book.keep, answer("r-1")),
        "find": partial(book.find, "r-1", "owner-1"),
        "recent": partial(book.recent, "owner-1", 5),
        "shown_titles": partial(book.shown_titles, "owner-1"),
        "forget": partial(book.forget, "owner-1"),
        "read": partial(stream.read, 10),
        "acknowledge": partial(stream.acknowledge, ["1-1"]),
        "renew_generation": partial(controls.renew_generation, FOOD),
        "force_catalog": partial(controls.force_catalog, on=True),
        "promote_prompt": partial(controls.promote_prompt, "short"),
    }


async def expect_unavailable(call: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PROMISED_SECONDS):
        with pytest.raises(Unavailable, match="redis"):
            await call()


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
async def test_what_cannot_be_done_without_redis_says_so_in_time(
    servers: Servers, patient: RedisConnection, clock: HandClock, fate: signal.Signals, *, warm: bool
) -> None:
    calls = calls_that_raise(patient, clock)
    if warm:  # on a busy machine the first calls may take longer than they may
        await asyncio.gather(*(_eventually_works(call) for call in calls.values()))
    servers.signal(fate)

    await asyncio.gather(*(expect_unavailable(call) for call in calls.values()))


@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
async def test_what_is_decided_alone_without_redis_is_decided_in_time(
    servers: Servers, patient: RedisConnection, clock: HandClock, fate: signal.Signals
) -> None:
    limiter, breaker = RedisRateLimiter(patient, local_share=0.2), _breaker(patient, clock)
    ledger = RedisSpendLedger(patient, clock, "claude", cap_usd=5.0, local_share=0.2)
    # Of another name: on a busy machine this first call may be decided alone, too, and take a place of its own limit.
    await asyncio.gather(limiter.try_acquire("another", 50), breaker.allows(), ledger.reserve(0.1, 60))
    servers.signal(fate)

    async with asyncio.timeout(PROMISED_SECONDS):
        waits = await asyncio.gather(*(limiter.try_acquire("claude", 50) for _ in range(30)))
        granted = await asyncio.gather(*(ledger.reserve(0.3, 60) for _ in range(5)))
        allowed = await breaker.allows()
        await asyncio.gather(*(breaker.report_failure() for _ in range(3)))
        state = await RedisControls(patient).read(FOOD)

    assert waits.count(0.0) == 10
    assert len([reservation for reservation in granted if reservation]) == 3
    assert allowed
    assert not await breaker.allows()
    assert state == ControlState()


async def test_a_thrown_kill_switch_stays_thrown_without_redis(servers: Servers, patient: RedisConnection) -> None:
    controls = RedisControls(patient, hold_seconds=0)
    await _eventually_works(lambda: controls.force_catalog(on=True))
    await eventually(lambda: _forces_catalog(controls))
    servers.signal(signal.SIGKILL)

    assert (await controls.read(FOOD)).force_catalog
    assert (await controls.read(IndustryCategory.LODGING)).force_catalog


async def test_after_a_failure_redis_is_left_alone(servers: Servers, connection: RedisConnection) -> None:
    """One request pays for a frozen Redis once, not at every stage: later calls don't even try."""
    cache = RedisCache(connection)
    with frozen(servers):
        await expect_unavailable(lambda: cache.get_many(["a"]))
    for _ in range(100):
        with pytest.raises(Unavailable, match="left alone"):
            await cache.get_many(["a"])


async def test_a_thawed_redis_is_used_again_and_every_answer_belongs_to_its_question(
    servers: Servers, patient: RedisConnection
) -> None:
    cache = RedisCache(patient)
    entries = {f"key-{number}": b"%d" % number for number in range(30)}
    await _eventually_works(lambda: cache.set_many(entries, 600))
    with frozen(servers):
        await asyncio.gather(*(expect_unavailable(partial(cache.get_many, [key])) for key in entries))
    await _eventually_works(lambda: cache.get_many(list(entries)))

    assert await asyncio.gather(*(cache.get_many([key]) for key in entries)) == [[value] for value in entries.values()]


async def test_money_spent_alone_is_reported_when_redis_is_back(redis_url: str, clock: HandClock) -> None:
    proxy = TcpProxy(port_of(redis_url))
    async with proxy.running():
        pass  # now it has a port, where nobody answers
    connection = RedisConnection(f"redis://127.0.0.1:{proxy.port}", clock, down_seconds=0)
    ledger = RedisSpendLedger(connection, clock, "claude", cap_usd=1.0, local_share=0.5)
    settled, unsettled = [await reserved(ledger, 0.2) for _ in range(2)]
    await ledger.settle(settled, 0.05)
    async with proxy.running():
        await reserved(ledger, 0.1)
        await ledger.settle(unsettled, 0.15)
        await reserved(ledger, 0.1)

        assert await ledger.spent_today() == pytest.approx(0.05 + 0.15 + 0.1 + 0.1)
        await connection.aclose()


async def test_money_is_rather_counted_twice_than_not_at_all(
    servers: Servers, patient: RedisConnection, clock: HandClock
) -> None:
    """A frozen Redis may carry out what it was told after we gave up on it: nobody knows, so it is charged."""
    ledger = RedisSpendLedger(patient, clock, "claude", cap_usd=10.0)
    with frozen(servers):
        for _ in range(2):
            await ledger.settle(await reserved(ledger, 0.2), 0.2)
    await _eventually_works(lambda: RedisCache(patient).get_many(["a"]))
    await reserved(ledger, 0.1)

    assert 0.5 <= await ledger.spent_today() <= 1.1


@pytest.mark.parametrize("servers", ["redis cluster"], indirect=True)
async def test_one_frozen_node_costs_no_more_than_a_whole_cluster(servers: Servers, patient: RedisConnection) -> None:
    cache = RedisCache(patient)
    keys = [f"key-{number}" for number in range(30)]
    await _eventually_works(lambda: cache.set_many(dict.fromkeys(keys, b"1"), 600))
    servers.pids = servers.pids[:1]
    with frozen(servers):
        async with asyncio.timeout(PROMISED_SECONDS):
            results = await asyncio.gather(*(cache.get_many([key]) for key in keys), return_exceptions=True)
    await _eventually_works(lambda: cache.get_many(keys))

    assert any(isinstance(result, Unavailable) for result in results)
    assert all(result == [b"1"] or isinstance(result, Unavailable) for result in results)


async def reserved(ledger: RedisSpendLedger, usd: float) -> Reservation:
    reservation = await ledger.reserve(usd, 60)
    assert reservation is not None
    return reservation


async def _eventually_works(call: Callable[[], Awaitable[object]]) -> None:
    async def works() -> bool:
        try:
            await call()
        except Unavailable:
            return False
        return True

    await eventually(works, seconds=40)


def _breaker(connection: RedisConnection, clock: HandClock) -> RedisCircuitBreaker:
    return RedisCircuitBreaker(connection, clock, "claude", BreakerLimits(failures=3))


def _thawed_at_the_end(servers: Servers) -> Iterator[Servers]:
    """A frozen process hears no request to end."""
    try:
        yield servers
    finally:
        for pid in servers.pids:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue  # the test has killed it


def _pid_at(port: int) -> int:
    with Redis(port=port, retry=Retry(NoBackoff(), 0), socket_timeout=5) as client:
        return int(client.info("server")["process_id"])


async def _forces_catalog(controls: RedisControls) -> bool:
    return (await controls.read(FOOD)).force_catalog
