"""Without keys: the four crawlers over the packaged recordings, and what becomes of their statistics."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.hashtag_ledger.memory import MemoryHashtagLedger
from shopevents.adapters.market_statistics.postgres import PostgresMarketStatistics
from shopevents.adapters.sources.replay import (
    replayed_blogs,
    replayed_hashtags,
    replayed_seoul,
    replayed_statistics,
    replayed_stores,
)
from shopevents.adapters.statistics_store.postgres import PostgresStatisticsStore
from shopevents.catalog.files import read_lines
from shopevents.domain.crawls import CrawlReport
from shopevents.domain.market_phrases import SAMPLE_SOURCE
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.use_cases.crawl_blogs import crawl_blogs
from shopevents.use_cases.crawl_hashtags import crawl_hashtags
from shopevents.use_cases.crawl_statistics import crawl_statistics
from shopevents.use_cases.crawl_stores import crawl_stores
from shopevents.use_cases.record_statistics import record_statistics
from tests.adapters.crawling import CrawlWorld, SetClock

NIGHT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
CAFE = Trade(category=IndustryCategory.FOOD, code="I21201", name="카페", ksic="56", word="카페")


@pytest.fixture
def world() -> CrawlWorld:
    return CrawlWorld(clock=SetClock(NIGHT))


def around(world: CrawlWorld) -> dict[str, Any]:
    return {
        "documents": world.documents,
        "progress": world.progress,
        "queue": world.queue,
        "clock": world.clock,
        "deadline": world.in_seconds(55),
    }


def assert_clean(report: CrawlReport, world: CrawlWorld) -> None:
    assert (report.stop, report.alarms, report.failures, report.done) == (None, (), (), True)
    assert world.documents.kept
    assert all(document.manifest["recording"] for document in world.documents.kept.values())
    assert len(world.queue.sent) == len(world.documents.kept)


async def test_recorded_blogs_are_many_with_copies_and_with_posts_that_are_no_events(world: CrawlWorld) -> None:
    assert_clean(await crawl_blogs(blogs=replayed_blogs(), **around(world)), world)
    posts = [post for kept in world.documents.kept.values() for post in json.loads(kept.body)["items"]]
    links = {post["link"] for post in posts}
    texts = Counter(post["description"] for post in {post["link"]: post for post in posts}.values())
    assert len(links) >= 80
    assert max(kept.manifest["page"] for kept in world.documents.kept.values()) >= 1
    assert max(texts.values()) > 1
    assert any("협찬" in post["title"] for post in posts)


async def test_recorded_hashtags_come_in_pages_without_the_token(world: CrawlWorld) -> None:
    report = await crawl_hashtags(instagram=replayed_hashtags(), ledger=MemoryHashtagLedger(), **around(world))
    assert_clean(report, world)
    posts = [post for kept in world.documents.kept.values() for post in json.loads(kept.body)["data"]]
    assert len({post["permalink"] for post in posts}) >= 35
    assert max(kept.manifest["page"] for kept in world.documents.kept.values()) >= 1
    assert any("like_count" not in post for post in posts)
    assert "recorded-key" not in repr(world.documents.kept)


async def test_recorded_statistics_become_examples_and_never_facts(world: CrawlWorld, database: Database) -> None:
    assert_clean(await crawl_stores(stores=replayed_stores(), **around(world)), world)
    for report in await crawl_statistics(kosis=replayed_statistics(), seoul=replayed_seoul(), **around(world)):
        assert_clean(report, world)
    for document in world.documents.kept.values():
        await record_statistics(document, store=PostgresStatisticsStore(database))
    place = Region.of("서울", "마포구")
    assert await PostgresMarketStatistics(database).facts(CAFE, place, 12) == ()
    facts = await PostgresMarketStatistics(database, samples=True).facts(CAFE, place, 12)
    assert {fact.topic for fact in facts} == {"industry", "season", "location"}
    assert {fact.source for fact in facts} == {SAMPLE_SOURCE}
    assert any("새로 등록되고" in fact.phrase for fact in facts)
    assert any("추정매출" in fact.phrase and "20대" in fact.phrase for fact in facts)
    assert any("주민등록인구" in fact.phrase and "가장 많아요" in fact.phrase for fact in facts)


def test_no_recorded_link_is_a_real_shops() -> None:
    links = [post["link"] for post in read_lines("replay/blog_posts.jsonl")]
    assert all("shopevents" in link or link.startswith("https://onehour.kr/") for link in links)
    assert all("ShopEventsSample" in line["post"]["permalink"] for line in read_lines("replay/hashtag_posts.jsonl"))
