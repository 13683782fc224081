"""What the guards of a request cost, on a real Redis and a real three-node Redis Cluster of this machine.

    python -m benchmarks.redis_guards [--calls 1000] [--rounds 5]

Prints milliseconds per call, one at a time, and how 200 clients of 20 containers who want the same thing at
once fare: how many of them made it, and how long after it was there the others had it.
"""

import argparse
import asyncio
import os
import platform
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from local.embedded_redis import embedded_redis, embedded_redis_cluster
from shopevents.adapters.answer_book.redis import RedisAnswerBook
from shopevents.adapters.cache.redis import RedisCache
from shopevents.adapters.circuit_breaker.redis import RedisCircuitBreaker
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.controls.redis import RedisControls
from shopevents.adapters.flights.redis import RedisFlights
from shopevents.adapters.rate_limiter.redis import RedisRateLimiter
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.adapters.spend_ledger.redis import RedisSpendLedger
from shopevents.domain.cache_keys import CacheKeys
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.circuit_breaker import BreakerLimits
from tests.contract.answers import answer, question

CONTAINERS, CLIENTS = 20, 200
ARRIVAL_SECONDS = 0.05  # they all come within this time, or everybody's polls would fall together
WORK_SECONDS = 1.0  # what the leader's call to Claude takes here
LEASE_SECONDS = 30.0  # not renewed here
DYING_LEASE_SECONDS = 0.5
VALUE_BYTES = 6000  # a plan set as JSON


@dataclass
class Flown:
    """One round of single flight: calls made, and for each follower the ms from publication to its value."""

    made: int = 0
    published_at: float = 0.0
    had_at: list[float] = field(default_factory=list)

    @property
    def waits(self) -> list[float]:
        return [max(0.0, at - self.published_at) * 1000 for at in self.had_at]


def distribution(milliseconds: Sequence[float]) -> str:
    """p50, p95, p99 and the greatest."""
    cuts = quantiles(milliseconds, n=100, method="inclusive")
    return f"p50 {cuts[49]:7.2f}   p95 {cuts[94]:7.2f}   p99 {cuts[98]:7.2f}   max {max(milliseconds):7.2f}"


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """The URLs of an empty Redis and an empty Redis Cluster."""
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder) / "single", durable=False) as single,
        embedded_redis_cluster(Path(folder) / "cluster") as ports,
    ):
        yield {
            "single Redis": single,
            "3-node cluster": "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports),
        }


@asynccontextmanager
async def containers(url: str, count: int) -> AsyncIterator[list[RedisConnection]]:
    """Connections as so many containers have them."""
    connections = [RedisConnection(url, SystemClock(), call_seconds=5) for _ in range(count)]
    try:
        yield connections
    finally:
        await asyncio.gather(*(connection.aclose() for connection in connections))


def guards(connection: RedisConnection) -> dict[str, Callable[[], Awaitable[object]]]:
    """What a request asks of Redis, by name."""
    clock, kept = SystemClock(), answer("r-1")
    breaker = RedisCircuitBreaker(connection, clock, "claude", BreakerLimits())
    limiter, cache = RedisRateLimiter(connection), RedisCache(connection)
    ledger = RedisSpendLedger(connection, clock, "claude", cap_usd=1e6)
    flights, controls = RedisFlights(connection), RedisControls(connection, hold_seconds=0)
    keys = CacheKeys.of(question(), prompt_variant="default", embedder="hash").texts()

    async def reserve_and_settle() -> None:
        if reservation := await ledger.reserve(0.005, 30):
            await ledger.settle(reservation, 0.0006)

    async def fly() -> None:
        if lease := await flights.acquire("alone", 5):
            await flights.release(lease)

    return {
        "cache: read three levels": lambda: cache.get_many(keys),
        "cache: write three levels": lambda: cache.set_many(dict.fromkeys(keys, b"x" * VALUE_BYTES), 60),
        "controls: read (not held)": lambda: controls.read(IndustryCategory.FOOD),
        "answer book: keep": lambda: RedisAnswerBook(connection, clock).keep(kept),
        "breaker: ask": breaker.allows,
        "breaker: report a success": breaker.report_success,
        "breaker: report a failure": breaker.report_failure,
        "limiter: take a place": lambda: limiter.try_acquire("claude", 1_000_000),
        "limiter: be refused": lambda: limiter.try_acquire("nobody", 1),
        "ledger: reserve and settle": reserve_and_settle,
        "flight: acquire and release": fly,
    }


async def cost(call: Callable[[], Awaitable[object]], calls: int) -> list[float]:
    """Milliseconds of each of `calls` calls, after a few that don't count."""
    for _ in range(20):
        await call()
    taken = []
    for _ in range(calls):
        begun = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


async def fly_together(connections: Sequence[RedisConnection], key: str, dying_leaders: int) -> Flown:
    """All clients at once; the first leaders die (they never publish and never release)."""
    flown = Flown()
    flights = [RedisFlights(connection) for connection in connections]

    async def client(number: int) -> None:
        mine = flights[number % len(flights)]
        await asyncio.sleep(random.random() * ARRIVAL_SECONDS)
        while True:
            lease_seconds = DYING_LEASE_SECONDS if flown.made < dying_leaders else LEASE_SECONDS
            if lease := await mine.acquire(key, lease_seconds):
                flown.made += 1
                if flown.made <= dying_leaders:
                    return
                await asyncio.sleep(WORK_SECONDS)
                flown.published_at = time.perf_counter()
                await mine.publish(lease, b"x" * VALUE_BYTES, 10)
                return
            if await mine.wait(key, 30):
                flown.had_at.append(time.perf_counter())
                return

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return flown


async def measure(name: str, url: str, calls: int, rounds: int) -> None:
    """Prints everything for one kind of Redis."""
    print(f"\n{name}: ms per call, {calls} calls one after the other")
    async with containers(url, 1) as (connection,):
        for guard, call in guards(connection).items():
            print(f"  {guard:30} {distribution(await cost(call, calls))}")
    print(f"{name}: {CLIENTS} clients in {CONTAINERS} containers, work of {WORK_SECONDS:g} s, {rounds} rounds")
    for dying in (0, 1):
        async with containers(url, CONTAINERS) as connections:
            await asyncio.gather(*(RedisCache(connection).get_many(["warm"]) for connection in connections))
            flown = [await fly_together(connections, f"round-{dying}-{turn}", dying) for turn in range(rounds)]
        made = ", ".join(str(flight.made - dying) for flight in flown)
        waits = [wait for flight in flown for wait in flight.waits]
        print(f"  leaders that died: {dying}   finished calls per round: {made}")
        print(f"    ms from publication to a follower's value   {distribution(waits)}")


def main() -> None:
    """Runs everything and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    with servers() as urls:
        for name, url in urls.items():
            asyncio.run(measure(name, url, options.calls, options.rounds))


if __name__ == "__main__":
    main()
