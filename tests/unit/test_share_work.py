import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shopevents.adapters.flights.memory import MemoryFlights
from shopevents.domain.answers import StoredPlanSet
from shopevents.domain.briefs import Usage
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import Unavailable
from shopevents.domain.plans import PlanSet
from shopevents.ports.flights import Flights, Lease
from shopevents.use_cases.compose_plan_set import Composed
from shopevents.use_cases.loose_ends import LooseEnds
from shopevents.use_cases.share_work import share_work
from tests.adapters.plan_writer import TRENDS

STORED = StoredPlanSet(plan_set=PlanSet(trends=TRENDS, plans=()), model="claude-haiku-5-5")
COMPOSED = Composed(
    stored=STORED,
    usage=Usage(),
    usd=0.0,
    raw="",
    proposals=(),
    cached_parts=(),
    own_plans=(),
    new_cases=None,
    new_trends=None,
)


async def share(
    compose: Callable[[], Awaitable[Composed]], flights: Flights, *, seconds: float = 60.0
) -> Composed | StoredPlanSet:
    """What a caller gets, once everybody else has been told as well."""
    loose_ends, deadline = LooseEnds(), Deadline(asyncio.get_running_loop().time() + seconds)
    result = await share_work("k", compose, flights=flights, loose_ends=loose_ends, deadline=deadline)
    await loose_ends.tie_up()
    return result


async def test_of_a_hundred_callers_one_composes_and_all_get_its_set() -> None:
    flights, composing, gate = MemoryFlights(), 0, asyncio.Event()

    async def compose() -> Composed:
        nonlocal composing
        composing += 1
        await gate.wait()
        return COMPOSED

    callers = [asyncio.create_task(share(compose, flights)) for _ in range(100)]
    await asyncio.sleep(0)
    gate.set()
    made = await asyncio.gather(*callers)
    assert composing == 1
    assert sum(result is COMPOSED for result in made) == 1
    assert all(result == STORED for result in made if result is not COMPOSED)


async def test_a_follower_takes_over_when_the_leader_fails() -> None:
    flights, calls = MemoryFlights(), 0
    leader_may_fail = asyncio.Event()

    async def failing() -> Composed:
        await leader_may_fail.wait()
        raise RuntimeError("a bug")

    async def compose() -> Composed:
        nonlocal calls
        calls += 1
        return COMPOSED

    leader = asyncio.create_task(share(failing, flights))
    await asyncio.sleep(0)
    follower = asyncio.create_task(share(compose, flights))
    await asyncio.sleep(0)
    leader_may_fail.set()
    with pytest.raises(RuntimeError):
        await leader
    assert await follower is COMPOSED
    assert calls == 1


async def test_a_cancelled_leader_frees_its_lease() -> None:
    flights, begun = MemoryFlights(), asyncio.Event()

    async def endless() -> Composed:
        begun.set()
        await asyncio.Event().wait()
        return COMPOSED

    leader = asyncio.create_task(share(endless, flights))
    await begun.wait()
    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert await flights.acquire("k", 1.0) is not None


async def test_a_follower_without_time_to_take_over_composes_for_itself() -> None:
    flights = MemoryFlights()
    assert await flights.acquire("k", 60.0) is not None, "somebody else leads and is never done"

    async def compose() -> Composed:
        return COMPOSED

    assert await share(compose, flights, seconds=0.05) is COMPOSED


class _NoFlights:
    async def acquire(self, key: str, lease_seconds: float) -> Lease | None:
        raise Unavailable("redis", "refused")

    async def renew(self, lease: Lease, lease_seconds: float) -> bool:
        raise Unavailable("redis", "refused")

    async def publish(self, lease: Lease, value: bytes, keep_seconds: float) -> bool:
        raise Unavailable("redis", "refused")

    async def release(self, lease: Lease) -> None:
        raise Unavailable("redis", "refused")

    async def wait(self, key: str, timeout_seconds: float) -> bytes | None:
        raise Unavailable("redis", "refused")


class _LostAfterTheLease(_NoFlights):
    async def acquire(self, key: str, lease_seconds: float) -> Lease | None:
        return Lease(key, 1)


@pytest.mark.parametrize("flights", [_NoFlights(), _LostAfterTheLease()])
async def test_without_redis_everybody_works_alone_and_once(flights: _NoFlights) -> None:
    calls = 0

    async def compose() -> Composed:
        nonlocal calls
        calls += 1
        return COMPOSED

    assert await share(compose, flights) is COMPOSED
    assert calls == 1
