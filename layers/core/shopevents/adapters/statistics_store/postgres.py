"""Figures in `industry_statistics`, `region_profiles`, `store_sightings` and `store_counts`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString

from shopevents.adapters.database.connection import Connection, Database
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.statistics import Figure, ProfileFigure, StorePage
from shopevents.domain.store_register import region_of_code

_BATCH_SECONDS = 20.0

_FIGURES: LiteralString = """
    INSERT INTO industry_statistics AS held
        (source, measure, industry, region, audience, period, value, unit, fetched_at)
    SELECT DISTINCT ON (1, 2, 3, 4, 5, 6) * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::float8[], %s::text[], %s::timestamptz[])
    ON CONFLICT (source, measure, industry, region, audience, period)
    DO UPDATE SET value = excluded.value, unit = excluded.unit, fetched_at = excluded.fetched_at
    WHERE held.fetched_at <= excluded.fetched_at
"""
_PROFILES: LiteralString = """
    INSERT INTO region_profiles AS held
        (source, location_city, location_district, measure, grouping, period, value, unit, fetched_at)
    SELECT DISTINCT ON (1, 2, 3, 4, 5, 6) * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::float8[], %s::text[], %s::timestamptz[])
    ON CONFLICT (source, location_city, location_district, measure, grouping, period)
    DO UPDATE SET value = excluded.value, unit = excluded.unit, fetched_at = excluded.fetched_at
    WHERE held.fetched_at <= excluded.fetched_at
"""
_SIGHTINGS: LiteralString = """
    INSERT INTO store_sightings AS held
        (source, store_id, district_code, class_code, trade_code, first_snapshot, last_snapshot)
    SELECT DISTINCT ON (store_id) %(source)s, store_id, %(district)s, %(class)s, trade_code, %(month)s, %(month)s
    FROM unnest(%(ids)s::text[], %(trades)s::text[]) AS seen (store_id, trade_code)
    ON CONFLICT (source, store_id) DO UPDATE SET
        district_code = CASE WHEN %(month)s >= held.last_snapshot THEN excluded.district_code
                             ELSE held.district_code END,
        class_code = CASE WHEN %(month)s >= held.last_snapshot THEN excluded.class_code ELSE held.class_code END,
        trade_code = CASE WHEN %(month)s >= held.last_snapshot THEN excluded.trade_code ELSE held.trade_code END,
        first_snapshot = LEAST(held.first_snapshot, excluded.first_snapshot),
        last_snapshot = GREATEST(held.last_snapshot, excluded.last_snapshot)
"""
_SEEN: LiteralString = """
    SELECT count(*) AS seen FROM store_sightings
    WHERE source = %(source)s AND district_code = %(district)s AND class_code = %(class)s
        AND %(month)s BETWEEN first_snapshot AND last_snapshot
"""
_COUNTS: LiteralString = """
    WITH before AS (
        SELECT max(snapshot_on) AS month FROM store_counts
        WHERE source = %(source)s AND location_city = %(city)s AND location_district = %(place)s
            AND left(trade_code, 2) = %(class)s AND snapshot_on < %(month)s
    )
    INSERT INTO store_counts
        (source, snapshot_on, location_city, location_district, trade_code, stores, opened, closed)
    SELECT %(source)s, %(month)s, %(city)s, %(place)s, trade_code,
        count(*) FILTER (WHERE last_snapshot >= %(month)s),
        CASE WHEN before.month IS NOT NULL
            THEN count(*) FILTER (WHERE first_snapshot > before.month AND last_snapshot >= %(month)s) END,
        CASE WHEN before.month IS NOT NULL
            THEN count(*) FILTER (WHERE last_snapshot >= before.month AND last_snapshot < %(month)s) END
    FROM store_sightings CROSS JOIN before
    WHERE source = %(source)s AND district_code = %(district)s AND class_code = %(class)s
        AND first_snapshot <= %(month)s
    GROUP BY trade_code, before.month
    ON CONFLICT (source, snapshot_on, location_city, location_district, trade_code)
    DO UPDATE SET stores = excluded.stores, opened = excluded.opened, closed = excluded.closed
"""


class PostgresStatisticsStore:
    """Writes each document's figures in one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_figures(self, figures: Sequence[Figure], fetched_at: datetime) -> None:
        rows = [
            (f.source, f.measure, f.industry, f.region, f.audience, f.period, f.value, f.unit, fetched_at)
            for f in figures
        ]
        await self._write(_FIGURES, rows)

    async def keep_profiles(self, figures: Sequence[ProfileFigure], fetched_at: datetime) -> None:
        rows = [
            (f.source, f.city, f.district, f.measure, f.grouping, f.period, f.value, f.unit, fetched_at)
            for f in figures
        ]
        await self._write(_PROFILES, rows)

    async def keep_stores(self, page: StorePage) -> bool:
        region = region_of_code(page.district_code)
        if region is None:
            raise PoisonRecord(f"no 시군구 has the code {page.district_code}")
        asked = {
            "source": page.source,
            "district": page.district_code,
            "class": page.class_code,
            "month": date(int(page.snapshot[:4]), int(page.snapshot[4:]), 1),
            "ids": [store.store_id for store in page.stores],
            "trades": [store.trade_code for store in page.stores],
            "city": region.city,
            "place": region.district or "",
        }
        async with self._database.transaction(seconds=_BATCH_SECONDS) as connection:
            # Two pages at once would each miss the other's stores and neither would see the whole.
            await _lock(connection, f"{page.source}:{page.district_code}:{page.class_code}")
            await connection.execute(_SIGHTINGS, asked)
            row = await (await connection.execute(_SEEN, asked)).fetchone()
            complete = row is not None and row["seen"] >= page.total > 0
            if complete:
                await connection.execute(_COUNTS, asked)
        return complete

    async def _write(self, statement: LiteralString, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            async with self._database.transaction(seconds=_BATCH_SECONDS) as connection:
                await connection.execute(statement, [list(column) for column in zip(*rows, strict=True)])


async def _lock(connection: Connection, name: str) -> None:
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))
