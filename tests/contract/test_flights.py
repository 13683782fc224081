"""Every single flight has one leader, and followers that get its value or its place."""

import asyncio
from dataclasses import dataclass

import pytest

from shopevents.adapters.flights.memory import MemoryFlights
from shopevents.adapters.flights.redis import RedisFlights
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.flights import Flights, Lease
from tests.contract.waiting import eventually

KEY = "result:1:{음식점|서울|중구}:code|I20101|가을|11"
LONG = 60.0
ON_REDIS = pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)


@pytest.fixture
def flights(connection: RedisConnection | None) -> Flights:
    return RedisFlights(connection) if connection else MemoryFlights()


async def lead(flights: Flights, key: str = KEY, seconds: float = LONG) -> Lease:
    lease = await flights.acquire(key, seconds)
    assert lease is not None
    return lease


@pytest.mark.parametrize("key", [KEY, "plain", "{}", "}{", "a{b"])
async def test_only_one_of_many_gets_the_lease(flights: Flights, key: str) -> None:
    leases = await asyncio.gather(*(flights.acquire(key, LONG) for _ in range(20)))

    assert len([lease for lease in leases if lease]) == 1


async def test_keys_do_not_hinder_each_other(flights: Flights) -> None:
    await lead(flights, "one")

    assert await flights.acquire("other", LONG)


async def test_everybody_who_waits_gets_the_published_value(flights: Flights) -> None:
    lease = await lead(flights)
    async with asyncio.TaskGroup() as group:
        followers = [group.create_task(flights.wait(KEY, LONG)) for _ in range(200)]
        await asyncio.sleep(0)
        assert await flights.publish(lease, b"\x00six plans", keep_seconds=LONG)

    assert {follower.result() for follower in followers} == {b"\x00six plans"}


async def test_who_comes_just_after_the_value_makes_nothing_again(flights: Flights) -> None:
    await flights.publish(await lead(flights), b"value", keep_seconds=LONG)

    assert await flights.acquire(KEY, LONG) is None
    assert await flights.wait(KEY, LONG) == b"value"


async def test_a_value_is_kept_for_a_moment_only(flights: Flights) -> None:
    await flights.publish(await lead(flights), b"value", keep_seconds=0.05)

    async def is_free() -> bool:
        return await flights.acquire(KEY, LONG) is not None

    await eventually(is_free)
    assert await flights.wait(KEY, 0.01) is None


async def test_waiting_for_a_free_lease_ends_at_once(flights: Flights) -> None:
    assert await flights.wait("nobody flies", LONG) is None


async def test_a_released_lease_lets_a_follower_take_over(flights: Flights) -> None:
    lease = await lead(flights)
    follower = asyncio.create_task(flights.wait(KEY, LONG))
    await asyncio.sleep(0)
    await flights.release(lease)

    assert await follower is None
    assert await flights.acquire(KEY, LONG)


async def test_a_dead_leaders_lease_lapses(flights: Flights) -> None:
    await lead(flights, seconds=0.05)

    assert await flights.wait(KEY, LONG) is None
    assert await flights.acquire(KEY, LONG)


async def test_waiting_ends_when_the_time_is_over(flights: Flights) -> None:
    await lead(flights)

    assert await flights.wait(KEY, 0.05) is None


async def test_tokens_grow_with_every_lease(flights: Flights) -> None:
    tokens = []
    for _ in range(5):
        lease = await lead(flights)
        tokens.append(lease.token)
        await flights.release(lease)

    assert tokens == sorted(set(tokens))


async def test_a_leader_that_was_replaced_can_do_nothing_any_more(flights: Flights) -> None:
    old = await lead(flights, seconds=0.05)
    await flights.wait(KEY, LONG)
    new = await lead(flights)

    assert not await flights.renew(old, LONG)
    assert not await flights.publish(old, b"late", keep_seconds=LONG)
    await flights.release(old)
    assert await flights.acquire(KEY, LONG) is None
    assert await flights.publish(new, b"ours", keep_seconds=LONG)
    assert await flights.wait(KEY, LONG) == b"ours"


async def test_a_lapsed_lease_publishes_nothing_even_when_nobody_took_over(flights: Flights) -> None:
    old = await lead(flights, seconds=0.05)
    await flights.wait(KEY, LONG)

    assert not await flights.publish(old, b"late", keep_seconds=LONG)
    assert await flights.wait(KEY, LONG) is None


async def test_a_renewed_lease_outlives_its_first_term(flights: Flights) -> None:
    lease = await lead(flights, seconds=0.2)
    assert await flights.renew(lease, LONG)

    assert await flights.wait(KEY, 0.5) is None
    assert await flights.acquire(KEY, LONG) is None


async def test_a_cancelled_follower_leaves_the_others_waiting(flights: Flights) -> None:
    lease = await lead(flights)
    first, second, third = (asyncio.create_task(flights.wait(KEY, LONG)) for _ in range(3))
    await asyncio.sleep(0.02)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await flights.publish(lease, b"value", keep_seconds=LONG)

    assert first.cancelled()
    assert [await second, await third] == [b"value", b"value"]


async def test_the_place_of_dead_leaders_is_taken_by_one_follower_after_the_other(flights: Flights) -> None:
    """As a use case does it: whoever finds the lease free tries to lead."""
    dead = 3

    @dataclass
    class Work:
        begun: int = 0
        done: int = 0

    work = Work()

    async def ask() -> bytes:
        while True:
            if lease := await flights.acquire(KEY, 0.1):
                work.begun += 1
                if work.begun <= dead:
                    await asyncio.Event().wait()
                work.done += 1
                await flights.publish(lease, b"value", keep_seconds=LONG)
                return b"value"
            if value := await flights.wait(KEY, LONG):
                return value

    tasks = {asyncio.create_task(ask()) for _ in range(50)}
    finished: set[asyncio.Task[bytes]] = set()
    while len(finished) < 50 - dead:
        done, _ = await asyncio.wait(tasks - finished, return_when=asyncio.FIRST_COMPLETED)
        finished |= done
    for task in tasks - finished:
        task.cancel()

    assert {task.result() for task in finished} == {b"value"}
    assert (work.begun, work.done) == (dead + 1, 1)


@ON_REDIS
async def test_two_containers_share_a_flight(connection: RedisConnection) -> None:
    one, other = RedisFlights(connection), RedisFlights(connection)
    lease = await lead(one)
    assert await other.acquire(KEY, LONG) is None
    follower = asyncio.create_task(other.wait(KEY, LONG))
    await one.publish(lease, b"value", keep_seconds=LONG)

    assert await follower == b"value"


@ON_REDIS
async def test_tokens_grow_even_when_redis_forgot_the_last_one(connection: RedisConnection) -> None:
    flights = RedisFlights(connection)
    lease = await lead(flights)
    keys = [f"{{flight:{KEY}}}:{part}" for part in ("lease", "token")]
    await connection.run(lambda client: client.execute_command("DEL", *keys))

    assert (await lead(flights)).token > lease.token


@ON_REDIS
async def test_many_who_wait_in_one_container_look_once(connection: RedisConnection) -> None:
    """Two hundred waiting clients are one reader to Redis, not two hundred."""
    flights = RedisFlights(connection, poll_seconds=0.05)
    await lead(flights)
    before = await _commands(connection, "mget")
    async with asyncio.TaskGroup() as group:
        for _ in range(200):
            group.create_task(flights.wait(KEY, 0.4))

    assert await _commands(connection, "mget") - before <= 20


async def _commands(connection: RedisConnection, name: str) -> int:
    """How often the servers were asked `name`."""
    client = connection.client
    info = await client.execute_command("INFO", "commandstats", target_nodes="all") if connection.is_cluster else None
    shards = info.values() if info else [await client.execute_command("INFO", "commandstats")]
    return sum(shard.get(f"cmdstat_{name}", {}).get("calls", 0) for shard in shards)
