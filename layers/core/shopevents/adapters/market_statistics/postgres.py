"""Facts from what the crawlers stored in PostgreSQL: nothing is said that no row holds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString

from shopevents.adapters.database.connection import Connection, Database
from shopevents.domain import market_phrases as phrases
from shopevents.domain.briefs import MarketFact
from shopevents.domain.crawl_queries import seoul_source, statistics_tables
from shopevents.domain.market_axes import MarketAxes, axes_of, province_of
from shopevents.domain.seoul_sales import MEASURE, ROWS, ROWS_IN_ALL
from shopevents.domain.shops import Region, Trade
from shopevents.domain.statistics import SAMPLE_PREFIX

type Rows = Sequence[Mapping[str, Any]]

_INDICES: LiteralString = """
    SELECT source, industry, region, audience, period, value FROM industry_statistics
    WHERE (measure = 'service_index' AND region = '' AND industry = %(industry)s)
        OR (measure = 'service_index' AND region = %(province)s AND industry = %(section)s)
        OR (measure = 'retail_index' AND region = '' AND audience = %(channel)s)
"""
_STORES: LiteralString = """
    SELECT source, snapshot_on, sum(stores)::int AS stores,
        CASE WHEN bool_and(opened IS NOT NULL) THEN sum(opened)::int END AS opened,
        CASE WHEN bool_and(closed IS NOT NULL) THEN sum(closed)::int END AS closed
    FROM store_counts
    WHERE location_city = %(city)s AND location_district = %(district)s AND trade_code LIKE %(register)s || '%%'
    GROUP BY source, snapshot_on ORDER BY snapshot_on DESC LIMIT 6
"""
_PEOPLE: LiteralString = """
    SELECT source, grouping, period, value FROM region_profiles
    WHERE measure = 'population' AND location_city = %(city)s AND location_district = %(district)s
"""
_SALES: LiteralString = """
    SELECT split_part(source, '#', 1) AS source, measure, period,
        split_part(grouping, '|', 2) AS grouping, sum(value) AS value, max(value) AS largest
    FROM region_profiles
    WHERE location_city = %(city)s AND location_district = ''
        AND (measure IN (%(rows)s, %(rows_in_all)s) OR (measure = %(sales)s AND grouping LIKE %(seoul)s || '|%%'))
    GROUP BY 1, 2, 3, 4
"""


class PostgresMarketStatistics:
    """Reads the statistics tables. `samples`: whether figures of recorded replies may be told (as examples, and
    only where no real ones are held); for a local stack without keys."""

    def __init__(self, database: Database, *, samples: bool = False) -> None:
        self._database = database
        self._samples = samples

    async def facts(self, trade: Trade, region: Region, month: int) -> tuple[MarketFact, ...]:
        axes = axes_of(trade)
        async with self._database.transaction() as connection:
            rows = [await _read(connection, query, _asked(axes, region)) for query in (_INDICES, _STORES, _PEOPLE)]
            sales = await _read(connection, _SALES, _asked(axes, region)) if axes.seoul else []
        indices, stores, people = (self._told(found) for found in rows)
        facts = [
            *_industry_facts(axes, indices, month),
            _stores_fact(axes, region, stores),
            _sales_fact(axes, self._told(sales)),
            *_region_facts(axes, region, indices),
            _people_fact(region, people),
        ]
        return tuple(fact for fact in facts if fact is not None)

    def _told(self, rows: Rows) -> Rows:
        """Real rows where there are any, else examples where they are allowed."""
        real = [row for row in rows if not phrases.is_sample(row["source"])]
        return real or (rows if self._samples else [])


async def _read(connection: Connection, query: LiteralString, asked: Mapping[str, str]) -> Rows:
    return await (await connection.execute(query, asked)).fetchall()


def _asked(axes: MarketAxes, region: Region) -> dict[str, str]:
    codes = {
        name: axis.code if axis else "-"  # a code that no table has
        for name, axis in {
            "industry": axes.industry,
            "section": axes.section,
            "channel": axes.channel,
            "seoul": axes.seoul,
            "register": axes.register,
        }.items()
    }
    measures = {"sales": MEASURE, "rows": ROWS, "rows_in_all": ROWS_IN_ALL}
    place = {"city": region.city, "district": region.district or "", "province": province_of(region) or "-"}
    return {**codes, **measures, **place}


def _industry_facts(axes: MarketAxes, rows: Rows, month: int) -> Iterable[MarketFact | None]:
    if axes.industry:
        held = [row for row in rows if row["industry"] == axes.industry.code and row["region"] == ""]
        subject = f"{axes.industry.label} 생산지수(경상)"
        yield _marked(held, phrases.index_fact("industry", subject, _series(held), _source(held)))
        yield _marked(held, phrases.season_fact(subject, _series(held), month, _source(held)))
    if axes.channel:
        held = [row for row in rows if row["audience"] == axes.channel.code]
        subject = f"{axes.channel.label} 판매액지수(경상)"
        yield _marked(held, phrases.index_fact("industry", subject, _series(held), _source(held)))


def _region_facts(axes: MarketAxes, region: Region, rows: Rows) -> Iterable[MarketFact | None]:
    province = province_of(region)
    if axes.section and province:
        held = [row for row in rows if row["industry"] == axes.section.code and row["region"] == province]
        subject = f"{province} {axes.section.label} 생산지수(경상)"
        yield _marked(held, phrases.index_fact("location", subject, _series(held), _source(held)))


def _stores_fact(axes: MarketAxes, region: Region, rows: Rows) -> MarketFact | None:
    if axes.register is None:
        return None
    counts = [phrases.StoreCount(row["snapshot_on"], row["stores"], row["opened"], row["closed"]) for row in rows]
    return _marked(rows, phrases.stores_fact(region.label, axes.register.label, counts))


def _people_fact(region: Region, rows: Rows) -> MarketFact | None:
    totals = {row["period"]: row for row in rows if row["grouping"] == ""}
    if not totals:
        return None
    latest = totals[max(totals)]
    bands = {
        int(row["grouping"].removeprefix("age:")): row["value"]
        for row in rows
        if row["grouping"] and row["period"] == max(other["period"] for other in rows if other["grouping"])
    }
    whole = bands if len(bands) == len(range(0, 71, 10)) else {}
    return _marked(
        rows, phrases.population_fact(region.label, latest["period"], latest["value"], whole, _source([latest]))
    )


def _sales_fact(axes: MarketAxes, rows: Rows) -> MarketFact | None:
    """Of the latest quarter that all pages are there of."""
    if axes.seoul is None:
        return None
    held = {(row["period"], row["measure"]): row for row in rows if row["measure"] != MEASURE}
    whole = [
        period
        for period, measure in held
        if measure == ROWS and (period, ROWS_IN_ALL) in held
        if held[period, ROWS]["value"] >= held[period, ROWS_IN_ALL]["largest"]
    ]
    if not whole:
        return None
    groups = {row["grouping"]: row["value"] for row in rows if (row["period"], row["measure"]) == (max(whole), MEASURE)}
    return _marked(rows, phrases.sales_fact(axes.seoul.label, max(whole), groups, seoul_source()))


def _series(rows: Rows) -> dict[str, float]:
    return {row["period"]: row["value"] for row in rows}


def _source(rows: Rows) -> str:
    """What an owner reads as the rows' source."""
    names = {table.table_id: table.source for table in statistics_tables()}
    return names.get(rows[0]["source"].removeprefix(SAMPLE_PREFIX).partition(":")[2], "") if rows else ""


def _marked(rows: Rows, fact: MarketFact | None) -> MarketFact | None:
    return phrases.as_sample(fact) if fact and any(phrases.is_sample(row["source"]) for row in rows) else fact
