"""Single flight: of many callers with the same key, one makes the value and the others get it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from shopevents.domain.answers import StoredPlanSet
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import Unavailable
from shopevents.ports.flights import Flights, Lease
from shopevents.use_cases.compose_plan_set import Composed
from shopevents.use_cases.loose_ends import LooseEnds

LEASE_SECONDS = 3.0
RENEW_EVERY_SECONDS = 1.0
# Long enough for every follower to pick it up, who looks 20 times a second. No longer: the cache keeps what is worth
# keeping, and a set that Claude had no part in must not keep the next owner from a new try.
PUBLISHED_SECONDS = 2.0
# Taking over from a dead leader is only worth it while a whole set can still be written.
TAKE_OVER_NEEDS_SECONDS = 4.0


async def share_work(
    key: str,
    compose: Callable[[], Awaitable[Composed]],
    *,
    flights: Flights,
    loose_ends: LooseEnds,
    deadline: Deadline,
) -> Composed | StoredPlanSet:
    """What this caller composed as the leader, or what the leader published. A follower takes over only
    while there is time; past that it composes by itself, which then means the catalog. The followers are told among the
    leader's `loose_ends`. Never raises Unavailable of the flights: without them everybody works alone.
    """
    clock = asyncio.get_running_loop()
    try:
        while True:
            lease = await flights.acquire(key, LEASE_SECONDS)
            if lease is not None:
                return await _lead(lease, compose, flights, loose_ends)
            left = deadline.remaining(clock.time())
            value = await flights.wait(key, left)
            if value is not None:
                return StoredPlanSet.model_validate_json(value)
            if deadline.remaining(clock.time()) < TAKE_OVER_NEEDS_SECONDS:
                return await compose()
    except Unavailable:
        return await compose()


async def _lead(
    lease: Lease, compose: Callable[[], Awaitable[Composed]], flights: Flights, loose_ends: LooseEnds
) -> Composed:
    """Composes under a renewed lease; whatever happens, the followers learn of it."""
    renewing = asyncio.create_task(_keep_renewing(lease, flights))
    try:
        composed = await compose()
    except BaseException:
        with suppress(Unavailable):
            await flights.release(lease)
        raise
    finally:
        renewing.cancel()
    loose_ends.begin(_publish(lease, composed.stored, flights))
    return composed


async def _publish(lease: Lease, stored: StoredPlanSet, flights: Flights) -> None:
    with suppress(Unavailable):
        await flights.publish(lease, stored.model_dump_json().encode(), PUBLISHED_SECONDS)


async def _keep_renewing(lease: Lease, flights: Flights) -> None:
    with suppress(Unavailable):
        while True:
            await asyncio.sleep(RENEW_EVERY_SECONDS)
            if not await flights.renew(lease, LEASE_SECONDS):
                return
