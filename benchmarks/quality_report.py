"""How long the quality report, the lists and the learning take, by the number of events there are.

    python -m benchmarks.quality_report [ROWS …] [--days DAYS …]

ROWS recommendations, events and reports each are made up in an embedded PostgreSQL: all of them within the four weeks
that a report is on, and over a year. The real adapters and use cases over one connection. CPU is that of the
PostgreSQL process that serves it: on a busy machine it says more than the time on the clock.
"""

import argparse
import asyncio
import math
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.planted_rows import OWNER_HAS, plant
from benchmarks.report import distribution, machine
from local.embedded_postgres import embedded_postgres
from shopevents.adapters.cache.memory import MemoryCache
from shopevents.adapters.case_outliers.postgres import PostgresCaseOutliers
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.observed_results.postgres import PostgresObservedResults
from shopevents.adapters.quality_figures.postgres import PostgresQualityFigures
from shopevents.adapters.shop_events.postgres import PostgresShopEvents
from shopevents.domain.quality import WINDOW_DAYS
from shopevents.use_cases.follow_shop_events import list_shop_events
from shopevents.use_cases.learn_from_results import LATEST_RESULTS, learn_from_results
from shopevents.use_cases.report_quality import latest_report, report_quality

_SIZES = (10_000, 100_000, 1_000_000)
_YEAR_DAYS = 365
_REPORTS, _LISTS, _KEPT = 3, 200, 50
_TICKS_A_SECOND = 100
_CLOCK = SystemClock()


async def _cpu_seconds(database: Database) -> float:
    """What the connection's server process has used so far."""
    (row,) = await database.fetch("SELECT pg_backend_pid() AS pid")
    return _cpu_of(row["pid"])


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


async def _times(calls: int, work: Callable[[int], Awaitable[object]]) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for number in range(calls):
        begun = time.perf_counter()
        await work(number)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


async def _report(database: Database, rows: int, days: int) -> float:
    """Prints the report's times; tells its seconds of CPU."""
    cache = MemoryCache()
    figures = PostgresQualityFigures(database, seconds=600)
    found = []

    async def report(_: int) -> None:
        found.append(await report_quality(figures=figures, cache=cache, clock=_CLOCK))

    before = await _cpu_seconds(database)
    taken = await _times(_REPORTS, report)
    cpu = (await _cpu_seconds(database) - before) / _REPORTS
    overall = found[-1].overall
    counts = [part.count if part else 0 for part in (overall.recommendations, overall.predictions)]
    print(
        f"  {rows:>9,} over {days:>3} days   report {median(taken) / 1000:7.2f} s, {cpu:6.2f} s of CPU"
        f"   on {counts[0]:,} answers and {counts[1]:,} results",
        flush=True,
    )
    if median(taken) > 1000:
        kept = await _times(_KEPT, lambda _: latest_report(figures=figures, cache=cache, clock=_CLOCK))
        print(f"    read again, kept   ms {distribution(kept)}", flush=True)
    return cpu


async def _lists(database: Database, rows: int) -> None:
    """Prints the times of a first and of a later page of an owner's list, and of the hourly learning."""
    shop_events = PostgresShopEvents(database)
    owners = max(1, rows // OWNER_HAS)
    cursors: dict[str, str | None] = {}

    async def page(number: int) -> None:
        owner = f"owner-{number * 7919 % owners}"
        found = await list_shop_events(owner, cursors.get(owner), 10, shop_events=shop_events, clock=_CLOCK)
        if len(found.items) != OWNER_HAS // 2:
            raise RuntimeError("every owner was to have two pages")
        cursors[owner] = found.next_cursor

    print(f"    GET /events        ms {distribution(await _times(_LISTS, page))}", flush=True)
    print(f"    by its cursor      ms {distribution(await _times(_LISTS, page))}", flush=True)
    results, outliers, cache = PostgresObservedResults(database), PostgresCaseOutliers(database), MemoryCache()
    (learned,) = await _times(1, lambda _: learn_from_results(results=results, outliers=outliers, cache=cache))
    print(f"    learning from {min(rows, LATEST_RESULTS):,} results   {learned / 1000:.2f} s", flush=True)


async def _measure(dsn: str, rows: int, days: int) -> float:
    database = Database(dsn, size=1, statement_seconds=60)
    try:
        cpu = await _report(database, rows, days)
        if days == _YEAR_DAYS:
            await _lists(database, rows)
        return cpu
    finally:
        await database.close()


def _planted(rows: int, days: int) -> float:
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "data", durable=False) as dsn:
        migrate(dsn)
        plant(dsn, rows, days)
        return asyncio.run(_measure(dsn, rows, days))


def main(sizes: Sequence[int] = _SIZES, windows: Sequence[int] = (WINDOW_DAYS, _YEAR_DAYS)) -> None:
    """Every size over a database of its own."""
    print("quality report, lists and learning", flush=True)
    for days in windows:
        measured = [(rows, _planted(rows, days)) for rows in sizes]
        for (fewer, less), (more, cpu) in pairwise(measured):
            exponent = math.log(max(cpu, 0.01) / max(less, 0.01)) / math.log(more / fewer)
            print(f"  {days} days, {fewer:,} to {more:,}: CPU grows as rows^{exponent:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="*", default=_SIZES)
    parser.add_argument("--days", type=int, nargs="*", default=(WINDOW_DAYS, _YEAR_DAYS))
    options = parser.parse_args()
    print(machine())
    main(options.rows, options.days)
