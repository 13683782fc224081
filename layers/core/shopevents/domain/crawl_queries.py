"""The crawlers' questions, from the packaged configuration."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from shopevents.catalog.files import read_table, read_toml
from shopevents.domain.crawls import CrawlPlan
from shopevents.domain.periods import back, period_of

_AXES = tuple(f"objL{number}" for number in range(1, 9))


class SourceLimits(BaseModel):
    """How politely a source is called; see `catalog/crawl/limits.toml`. Seconds, bytes, calls, pages, days."""

    model_config = ConfigDict(frozen=True)

    interval_seconds: float
    reply_seconds: float
    max_bytes: int
    daily_calls: int
    max_pages: int
    refresh_days: int


class StatisticsTable(BaseModel):
    """One KOSIS table that is crawled; see `catalog/crawl/statistics.toml`."""

    model_config = ConfigDict(frozen=True)

    measure: str
    org_id: str
    table_id: str
    item_id: str
    period_kind: str
    periods: int
    axes: tuple[str, ...]
    codes: Mapping[str, str]
    source: str

    def query(self, day: date) -> dict[str, str]:
        """What to ask on `day`: the last `periods` periods, the current one included."""
        end = period_of(self.period_kind, day)
        return {
            "orgId": self.org_id,
            "tblId": self.table_id,
            "itmId": self.item_id,
            **self.codes,
            "prdSe": self.period_kind,
            "startPrdDe": back(self.period_kind, end, self.periods - 1),
            "endPrdDe": end,
        }


@cache
def source_limits(source: str) -> SourceLimits:
    """The configured limits of a source. Raises KeyError for an unknown one."""
    return SourceLimits(**read_toml("crawl/limits.toml")[source])


@cache
def statistics_tables() -> tuple[StatisticsTable, ...]:
    """Every configured KOSIS table."""
    return tuple(_table(entry) for entry in read_toml("crawl/statistics.toml")["table"])


def blog_queries() -> tuple[dict[str, str], ...]:
    """Keywords, then every trade in every place."""
    asked = read_toml("crawl/blogs.toml")
    phrases = [*asked["keywords"]]
    phrases += [f"{place} {trade} {asked['word']}" for place in asked["places"] for trade in asked["trades"]]
    return tuple({"query": phrase, "sort": asked["sort"]} for phrase in dict.fromkeys(phrases))


def hashtags() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(asked daily, rotating), without #."""
    asked = read_toml("crawl/hashtags.toml")
    return tuple(asked["daily"]), tuple(asked["rotating"])


def store_queries() -> tuple[dict[str, str], ...]:
    """Every 시군구 of the register × every configured 대분류."""
    asked = read_toml("crawl/stores.toml")
    return tuple(
        {"division": asked["division"], "key": district["code"], "indsLclsCd": code}
        for district in read_table("statistics/districts.csv")
        for code in asked["classes"]
    )


def statistics_queries(day: date) -> tuple[dict[str, str], ...]:
    """Every configured table, with the periods that are asked for on `day`."""
    return tuple(table.query(day) for table in statistics_tables())


def seoul_queries(day: date) -> tuple[dict[str, str], ...]:
    """The last complete quarters, the latest first: Seoul writes 2026's second as 20262."""
    asked = read_toml("crawl/statistics.toml")["seoul"]
    current = period_of("Q", day)
    past = [back("Q", current, number + 1) for number in range(asked["quarters"])]
    return tuple({"service": asked["service"], "quarter": f"{text[:4]}{int(text[4:])}"} for text in past)


def seoul_source() -> str:
    """What an owner reads beside Seoul's sales."""
    return str(read_toml("crawl/statistics.toml")["seoul"]["source"])


def plan_for(source: str, day: date, queries: tuple[Mapping[str, str], ...]) -> CrawlPlan:
    """The day's work on a source, within its configured limits."""
    limits = source_limits(source)
    return CrawlPlan(source, day, queries, limits.max_pages, limits.daily_calls, limits.refresh_days)


def _table(entry: Mapping[str, Any]) -> StatisticsTable:
    return StatisticsTable(
        measure=entry["measure"],
        org_id=entry["orgId"],
        table_id=entry["tblId"],
        item_id=entry["itmId"],
        period_kind=entry["prdSe"],
        periods=entry["periods"],
        axes=entry["axes"],
        codes={axis: entry[axis] for axis in _AXES if axis in entry},
        source=entry["source"],
    )
