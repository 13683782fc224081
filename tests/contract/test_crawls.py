"""The four crawlers with the real adapters, against fakes over HTTP."""

import json

import pytest

from shopevents.adapters.hashtag_ledger.memory import MemoryHashtagLedger
from shopevents.adapters.sources.naver import NaverApi
from shopevents.domain.crawl_queries import blog_queries, hashtags, source_limits
from shopevents.domain.crawls import CrawlReport, Stop
from shopevents.domain.hashtags import TAGS_PER_WINDOW
from shopevents.use_cases.crawl_blogs import crawl_blogs
from shopevents.use_cases.crawl_hashtags import crawl_hashtags
from shopevents.use_cases.crawl_statistics import crawl_statistics
from shopevents.use_cases.crawl_stores import crawl_stores
from tests.adapters.crawling import CrawlWorld
from tests.contract.source_clients import (
    GRAPH_TOKEN,
    KOSIS_KEY,
    NAVER_ID,
    NAVER_SECRET,
    SECRETS,
    SEMAS_KEY,
    SEOUL_KEY,
    http,
    instagram,
    kosis,
    naver,
    semas,
    seoul,
)
from tests.vendors.instagram import InstagramFake, graph_error, media
from tests.vendors.kosis import KosisFake
from tests.vendors.naver import NaverFake
from tests.vendors.semas import SemasFake, gateway_xml, store
from tests.vendors.seoul import SeoulFake

EVERY_TAG = [tag for tags in hashtags() for tag in tags]


def graph(posts: int = 3, *, same_cursor: bool = False, missing: tuple[str, ...] = ()) -> InstagramFake:
    tags = {tag: [media(n) for n in range(posts)] for tag in EVERY_TAG if tag not in missing}
    return InstagramFake(tags, token=GRAPH_TOKEN, same_cursor=same_cursor)


async def run_hashtags(world: CrawlWorld, fake: InstagramFake, ledger: MemoryHashtagLedger) -> CrawlReport:
    async with http("instagram") as client:
        return await crawl_hashtags(
            instagram=instagram(client, fake.url),
            ledger=ledger,
            documents=world.documents,
            progress=world.progress,
            queue=world.queue,
            clock=world.clock,
            deadline=world.in_seconds(50),
        )


async def test_nightly_hashtags_never_ask_for_a_31st_tag() -> None:
    world, ledger = CrawlWorld(), MemoryHashtagLedger()
    async with graph() as fake:
        report = await run_hashtags(world, fake, ledger)
        world.clock.tomorrow()
        second = await run_hashtags(world, fake, ledger)
    assert (report.stop, report.alarms, second.alarms) == (None, (), ())
    assert len(fake.searched) == TAGS_PER_WINDOW
    assert report.pages == second.pages == TAGS_PER_WINDOW * 2
    searches = [request for request in fake.requests if request.path.endswith("ig_hashtag_search")]
    assert len(searches) == TAGS_PER_WINDOW  # the second night knew the ids


async def test_likes_and_comments_are_kept_as_numbers_and_the_token_is_not_kept() -> None:
    world = CrawlWorld()
    async with graph() as fake:
        await run_hashtags(world, fake, MemoryHashtagLedger())
    everything = "".join(document.body + repr(document) for document in world.documents.kept.values())
    post = json.loads(next(iter(world.documents.kept.values())).body)["data"][1]
    assert (post["like_count"], post["comments_count"]) == (1, 3)
    assert GRAPH_TOKEN not in everything


async def test_a_cursor_that_goes_round_ends_at_the_page_cap() -> None:
    world = CrawlWorld()
    async with graph(same_cursor=True) as fake:
        report = await run_hashtags(world, fake, MemoryHashtagLedger())
    assert report.pages == TAGS_PER_WINDOW * source_limits("instagram").max_pages
    assert report.done


async def test_a_tag_that_does_not_exist_is_asked_once() -> None:
    world, ledger = CrawlWorld(), MemoryHashtagLedger()
    async with graph(missing=("소상공인이벤트",)) as fake:
        await run_hashtags(world, fake, ledger)
        world.clock.tomorrow()
        await run_hashtags(world, fake, ledger)
    asked = [request.params.get("q") for request in fake.requests]
    assert asked.count("소상공인이벤트") == 1


async def test_tags_found_before_a_limit_are_still_read_and_the_rest_come_later() -> None:
    world, ledger = CrawlWorld(), MemoryHashtagLedger()
    async with graph() as fake:
        fake.script(None, None, None, graph_error(4))  # the used tags, two ids, then the limit
        report = await run_hashtags(world, fake, ledger)
        assert (report.stop, report.pages) == (Stop.RATE_LIMIT, 4)
        assert (await run_hashtags(world, fake, ledger)).pages == (TAGS_PER_WINDOW - 2) * 2


async def test_an_expired_token_is_an_alarm() -> None:
    async with graph() as fake:
        fake.script(graph_error(190, 463))
        report = await run_hashtags(CrawlWorld(), fake, MemoryHashtagLedger())
    assert report.alarms == ("instagram: code 190 subcode 463",)
    assert report.pages == 0


@pytest.mark.parametrize("api", list(NaverApi))
async def test_blogs_stop_at_the_quota_in_mid_run_and_end_the_next_day(api: NaverApi) -> None:
    world = CrawlWorld()
    hub = api is NaverApi.HUB
    fake = NaverFake(hub=hub, client_id=NAVER_ID, client_secret=NAVER_SECRET, total=150, quota=40)

    async def crawl() -> CrawlReport:
        async with http("naver_blog") as client:
            return await crawl_blogs(
                blogs=naver(client, fake.url, api),
                documents=world.documents,
                progress=world.progress,
                queue=world.queue,
                clock=world.clock,
                deadline=world.in_seconds(50),
            )

    async with fake:
        report = await crawl()
        assert (report.stop, report.pages, report.done) == (Stop.QUOTA, 40, True)
        world.clock.tomorrow()
        fake.quota = 80
        await crawl()
    asked = list(dict.fromkeys(request.params["query"] for request in fake.requests))
    assert asked == [query["query"] for query in blog_queries()[: len(asked)]]
    assert len(world.queue.sent) == 79


async def test_stores_stop_at_the_gateways_daily_limit() -> None:
    world = CrawlWorld()
    async with SemasFake([store(n) for n in range(3)], key=SEMAS_KEY) as fake, http("semas_stores") as client:
        fake.script(*[None] * 10, gateway_xml(22))
        report = await crawl_stores(
            stores=semas(client, fake.url),
            documents=world.documents,
            progress=world.progress,
            queue=world.queue,
            clock=world.clock,
            deadline=world.in_seconds(50),
        )
    assert (report.stop, report.pages, report.records) == (Stop.QUOTA, 10, 30)
    assert "22" in report.reason


async def test_one_statistics_office_that_fails_does_not_stop_the_other() -> None:
    world = CrawlWorld()
    row = {"STDR_YYQU_CD": "20263", "SVC_INDUTY_CD": "CS100010", "THSMON_SELNG_AMT": 1}
    async with (
        KosisFake(key="another key") as office,
        SeoulFake([row], key=SEOUL_KEY) as city,
        http("kosis") as one,
        http("seoul_sales") as other,
    ):
        first, second = await crawl_statistics(
            kosis=kosis(one, office.url),
            seoul=seoul(other, city.url),
            documents=world.documents,
            progress=world.progress,
            queue=world.queue,
            clock=world.clock,
            deadline=world.in_seconds(50),
        )
    assert (first.stop, len(first.alarms), second.records) == (Stop.REJECTED, 3, 1)
    said = repr(first) + repr(second) + repr(world.documents.kept)
    assert not any(secret in said for secret in (*SECRETS, KOSIS_KEY))
