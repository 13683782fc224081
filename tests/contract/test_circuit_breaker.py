"""Every circuit breaker opens, probes and closes alike."""

import asyncio

import pytest

from shopevents.adapters.circuit_breaker.memory import MemoryCircuitBreaker
from shopevents.adapters.circuit_breaker.redis import RedisCircuitBreaker
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.circuit_breaker import BreakerLimits, CircuitBreaker
from tests.adapters.clock import HandClock

LIMITS = BreakerLimits(failures=3, open_seconds=30, probe_seconds=10)


@pytest.fixture
def breaker(connection: RedisConnection | None, clock: HandClock) -> CircuitBreaker:
    if connection:
        return RedisCircuitBreaker(connection, clock, "claude", LIMITS)
    return MemoryCircuitBreaker(clock, LIMITS)


async def fail(breaker: CircuitBreaker, times: int = LIMITS.failures) -> None:
    for _ in range(times):
        await breaker.report_failure()


async def test_it_is_closed_at_first_and_after_too_few_failures(breaker: CircuitBreaker) -> None:
    assert await breaker.allows()
    await fail(breaker, LIMITS.failures - 1)
    assert await breaker.allows()


async def test_it_opens_after_that_many_failures_in_a_row(breaker: CircuitBreaker, clock: HandClock) -> None:
    await fail(breaker)
    assert not await breaker.allows()
    clock.advance(29)
    assert not await breaker.allows()


async def test_a_success_between_failures_keeps_it_closed(breaker: CircuitBreaker) -> None:
    await fail(breaker, LIMITS.failures - 1)
    await breaker.report_success()
    await fail(breaker, LIMITS.failures - 1)
    assert await breaker.allows()


async def test_a_call_that_works_wipes_out_the_failures_before_it(breaker: CircuitBreaker) -> None:
    for _ in range(3):
        await fail(breaker, LIMITS.failures - 1)
        assert await breaker.allows()
        await breaker.report_success()
    assert await breaker.allows()


async def test_a_success_wipes_out_failures_of_calls_that_began_beside_it(breaker: CircuitBreaker) -> None:
    assert await breaker.allows()
    await fail(breaker, LIMITS.failures - 1)
    await breaker.report_success()
    await fail(breaker, LIMITS.failures - 1)
    assert await breaker.allows()


async def test_failures_far_apart_do_not_add_up(breaker: CircuitBreaker, clock: HandClock) -> None:
    for _ in range(LIMITS.failures):
        await fail(breaker, 1)
        clock.advance(3600)
    assert await breaker.allows()


async def test_after_its_time_one_of_many_may_probe(breaker: CircuitBreaker, clock: HandClock) -> None:
    await fail(breaker)
    clock.advance(30)

    assert sum(await asyncio.gather(*(breaker.allows() for _ in range(20)))) == 1


async def test_a_probe_that_works_closes_it_for_everybody(breaker: CircuitBreaker, clock: HandClock) -> None:
    await fail(breaker)
    clock.advance(30)
    await breaker.allows()
    await breaker.report_success()

    assert all(await asyncio.gather(*(breaker.allows() for _ in range(20))))
    await fail(breaker, LIMITS.failures - 1)
    assert await breaker.allows()


async def test_a_probe_that_fails_opens_it_again_at_once(breaker: CircuitBreaker, clock: HandClock) -> None:
    await fail(breaker)
    clock.advance(30)
    await breaker.allows()
    await breaker.report_failure()

    assert not await breaker.allows()
    clock.advance(29)
    assert not await breaker.allows()
    clock.advance(1)
    assert await breaker.allows()


async def test_a_probe_without_an_outcome_makes_place_for_another(breaker: CircuitBreaker, clock: HandClock) -> None:
    await fail(breaker)
    clock.advance(30)
    assert await breaker.allows()
    clock.advance(9)
    assert not await breaker.allows()
    clock.advance(1)
    assert await breaker.allows()


async def test_stragglers_from_before_change_nothing_while_it_is_open(
    breaker: CircuitBreaker, clock: HandClock
) -> None:
    await fail(breaker)
    clock.advance(20)
    await breaker.report_success()
    assert not await breaker.allows()
    await breaker.report_failure()
    clock.advance(10)
    assert await breaker.allows()


@pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)
async def test_containers_share_a_breaker_and_vendors_do_not(connection: RedisConnection, clock: HandClock) -> None:
    one, other = (RedisCircuitBreaker(connection, clock, "claude", LIMITS) for _ in range(2))
    await fail(one, 2)
    await fail(other, 1)

    assert not await one.allows()
    assert not await other.allows()
    assert await RedisCircuitBreaker(connection, clock, "openai", LIMITS).allows()
