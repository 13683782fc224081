"""Every ledger keeps the day's cap, and loses no money."""

import asyncio
import random
from datetime import UTC, datetime

import pytest

from shopevents.adapters.redis_connection import RedisConnection
from shopevents.adapters.spend_ledger.memory import MemorySpendLedger
from shopevents.adapters.spend_ledger.redis import RedisSpendLedger
from shopevents.ports.spend_ledger import Reservation, SpendLedger
from tests.adapters.clock import HandClock

CAP = 1.0
LEASE = 30.0


@pytest.fixture
def ledger(connection: RedisConnection | None, clock: HandClock) -> SpendLedger:
    return RedisSpendLedger(connection, clock, "claude", CAP) if connection else MemorySpendLedger(clock, CAP)


async def reserve(ledger: SpendLedger, usd: float) -> Reservation:
    reservation = await ledger.reserve(usd, LEASE)
    assert reservation is not None
    return reservation


async def test_what_a_call_really_cost_replaces_its_reservation(ledger: SpendLedger) -> None:
    reservation = await reserve(ledger, 0.4)
    assert await ledger.spent_today() == 0.4

    await ledger.settle(reservation, 0.0006)
    assert await ledger.spent_today() == 0.0006


async def test_a_reservation_above_the_cap_is_refused_and_costs_nothing(ledger: SpendLedger) -> None:
    await reserve(ledger, 0.7)

    assert await ledger.reserve(0.31, LEASE) is None
    assert await ledger.spent_today() == 0.7
    assert await ledger.reserve(0.3, LEASE)


async def test_many_at_once_never_exceed_the_cap(ledger: SpendLedger) -> None:
    granted = await asyncio.gather(*(ledger.reserve(0.03, LEASE) for _ in range(100)))

    assert len([reservation for reservation in granted if reservation]) == 33
    assert await ledger.spent_today() <= CAP


async def test_a_second_settlement_has_no_effect(ledger: SpendLedger) -> None:
    reservation = await reserve(ledger, 0.5)
    await ledger.settle(reservation, 0.1)
    await ledger.settle(reservation, 0.3)

    assert await ledger.spent_today() == 0.1


async def test_an_unknown_outcome_is_charged_in_full_when_its_lease_ends(ledger: SpendLedger, clock: HandClock) -> None:
    reservation = await reserve(ledger, 0.5)
    clock.advance(LEASE)

    await ledger.settle(reservation, 0.1)

    assert await ledger.spent_today() == 0.5
    assert await ledger.reserve(0.5, LEASE)


async def test_a_settlement_within_the_lease_is_in_time(ledger: SpendLedger, clock: HandClock) -> None:
    reservation = await reserve(ledger, 0.5)
    clock.advance(LEASE - 1)
    await ledger.settle(reservation, 0.1)

    assert await ledger.spent_today() == 0.1


async def test_the_day_begins_at_midnight_in_seoul(ledger: SpendLedger, clock: HandClock) -> None:
    clock.advance((datetime(2026, 11, 17, 14, 59, 59, tzinfo=UTC) - clock.now()).total_seconds())
    assert (await reserve(ledger, CAP)).day == "2026-11-17"
    assert await ledger.reserve(0.01, LEASE) is None

    clock.advance(1)
    assert await ledger.spent_today() == 0
    assert (await reserve(ledger, CAP)).day == "2026-11-18"


async def test_a_call_over_midnight_is_settled_on_the_day_it_was_reserved(
    ledger: SpendLedger, clock: HandClock
) -> None:
    clock.advance((datetime(2026, 11, 17, 14, 59, 55, tzinfo=UTC) - clock.now()).total_seconds())
    reservation = await reserve(ledger, 0.5)
    clock.advance(10)
    await ledger.settle(reservation, 0.1)

    assert await ledger.spent_today() == 0


async def test_thousands_of_small_sums_add_up_exactly(ledger: SpendLedger) -> None:
    for _ in range(300):
        await ledger.settle(await reserve(ledger, 0.002), 0.0001)

    assert await ledger.spent_today() == 0.03


async def test_whatever_happens_the_total_is_what_was_settled_or_left_open(
    ledger: SpendLedger, clock: HandClock
) -> None:
    rng, expected, waiting = random.Random(7), 0, list[tuple[Reservation, int]]()
    for _ in range(400):
        step = rng.random()
        micros = rng.randrange(1, 60_000)
        if step < 0.5:
            reservation = await ledger.reserve(micros / 1e6, LEASE)
            assert (reservation is not None) == (expected + micros <= CAP * 1e6)
            if reservation:
                expected += micros
                waiting.append((reservation, micros))
        elif step < 0.9 and waiting:
            reservation, reserved = waiting.pop(rng.randrange(len(waiting)))
            cost = rng.randrange(reserved + 1)
            await ledger.settle(reservation, cost / 1e6)
            expected += cost - reserved
        elif step >= 0.97:
            clock.advance(LEASE)
            waiting.clear()
        assert round(await ledger.spent_today() * 1e6) == expected


@pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)
async def test_containers_share_the_cap_and_purposes_do_not(connection: RedisConnection, clock: HandClock) -> None:
    one, other = (RedisSpendLedger(connection, clock, "claude", CAP) for _ in range(2))
    night = RedisSpendLedger(connection, clock, "curate", CAP)
    reservation = await reserve(one, 0.9)

    assert await other.reserve(0.2, LEASE) is None
    assert await night.reserve(0.2, LEASE)
    await other.settle(reservation, 0.1)
    assert await one.spent_today() == 0.1
