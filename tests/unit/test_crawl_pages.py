from dataclasses import replace
from datetime import date

import pytest

from shopevents.domain.crawls import CrawlPlan, CrawlReport, Stop, crawl_day
from shopevents.domain.documents import CURATE_QUEUE, page_id, query_name
from shopevents.domain.errors import BadReply, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.ports.document_sources import Query, SourcePage
from shopevents.use_cases.crawl_pages import crawl_pages
from tests.adapters.crawling import NIGHT, CrawlWorld, ScriptedSource

PLAN = CrawlPlan(
    "naver_blog", date(2026, 11, 23), tuple({"query": word} for word in "가나다라"), max_pages=5, daily_calls=100
)


class SameEverywhere(ScriptedSource):
    """Answers every query with the same page."""

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        return SourcePage(self.name, query, cursor, '{"items": [1]}', 1, None)


async def crawl(world: CrawlWorld, source: ScriptedSource, plan: CrawlPlan = PLAN, seconds: float = 30) -> CrawlReport:
    return await crawl_pages(
        plan=replace(plan, day=crawl_day(world.clock.now())),
        source=source,
        documents=world.documents,
        progress=world.progress,
        queue=world.queue,
        clock=world.clock,
        deadline=world.in_seconds(seconds),
    )


async def test_every_page_is_kept_and_announced_to_the_curator() -> None:
    world = CrawlWorld()
    report = await crawl(world, ScriptedSource(pages=3))
    assert (report.pages, report.records, report.stop, report.done) == (12, 12, None, True)
    announced = [message.body["document_id"] for queue, message in world.queue.sent if queue == CURATE_QUEUE]
    assert announced == list(world.documents.kept)
    document = world.documents.kept[announced[1]]
    assert document.manifest == {"query": {"query": "가"}, "page": 1, "records": 1}
    assert document.object_key.startswith("raw/naver_blog/2026/11/23/naver_blog-20261123-")


async def test_a_second_run_of_the_day_asks_nothing() -> None:
    world, source = CrawlWorld(), ScriptedSource()
    await crawl(world, source)
    asked = len(source.asked)
    report = await crawl(world, source)
    assert (len(source.asked), report.pages, report.done) == (asked, 0, True)


async def test_the_next_day_asks_again() -> None:
    world, source = CrawlWorld(), ScriptedSource()
    await crawl(world, source)
    world.clock.tomorrow()
    assert (await crawl(world, source)).pages == 8
    assert len(world.documents.kept) == 16


async def test_a_slowly_changing_source_is_left_alone_until_it_is_due() -> None:
    world, source, weekly = CrawlWorld(), ScriptedSource(), replace(PLAN, refresh_days=7)
    await crawl(world, source, weekly)
    for _ in range(6):
        world.clock.tomorrow()
        assert (await crawl(world, source, weekly)).pages == 0
    world.clock.tomorrow()
    assert (await crawl(world, source, weekly)).pages == 8


async def test_a_run_out_of_time_goes_on_where_it_stopped() -> None:
    world, source = CrawlWorld(), ScriptedSource(failures={4: "hang"})
    report = await crawl(world, source, seconds=0.05)
    assert (report.stop, report.done, report.pages) == (Stop.DEADLINE, False, 3)
    again = await crawl(world, source)
    assert (again.pages, again.done) == (5, True)
    assert source.asked[4] == ("나", "1")
    assert len(world.documents.kept) == 8


async def test_a_deadline_that_has_passed_asks_nothing_and_says_so() -> None:
    world, source = CrawlWorld(), ScriptedSource(failures={1: "hang"})
    assert (await crawl(world, source, seconds=-1)).stop is Stop.DEADLINE


async def test_a_quota_that_ends_in_the_middle_ends_the_day_and_tomorrow_begins_with_the_rest() -> None:
    world, source = CrawlWorld(), ScriptedSource(failures={4: QuotaExhausted("naver_blog", "010")})
    report = await crawl(world, source)
    assert (report.stop, report.done, report.pages) == (Stop.QUOTA, True, 3)
    assert (await crawl(world, source)).pages == 0
    assert len(source.asked) == 4
    world.clock.tomorrow()
    await crawl(world, source)
    order = list(dict.fromkeys(query for query, _ in source.asked[4:]))
    assert order == ["나", "다", "라", "가"]


async def test_our_own_daily_quota_is_kept_across_runs() -> None:
    world, source, plan = CrawlWorld(), ScriptedSource(failures={3: "hang"}), replace(PLAN, daily_calls=5)
    await crawl(world, source, plan, seconds=0.05)
    report = await crawl(world, source, plan)
    assert report.stop is Stop.QUOTA
    assert len(world.documents.kept) == 5


async def test_a_burst_limit_stops_the_run_but_not_the_day() -> None:
    world, source = CrawlWorld(), ScriptedSource(failures={2: RateLimited("naver_blog", "slow down", 3600)})
    report = await crawl(world, source)
    assert (report.stop, report.done) == (Stop.RATE_LIMIT, False)
    assert "slow down" in report.reason
    assert (await crawl(world, source)).done


@pytest.mark.parametrize("error", [Unavailable("naver_blog", "down"), BadReply("naver_blog", "half a page")])
async def test_one_failed_query_does_not_stop_the_others_and_is_tried_again(error: Exception) -> None:
    world, source = CrawlWorld(), ScriptedSource(failures={1: error})
    report = await crawl(world, source)
    assert (report.pages, len(report.failures), report.done) == (6, 1, False)
    again = await crawl(world, source)
    assert (again.pages, again.done) == (2, True)


async def test_a_rejected_query_is_an_alarm() -> None:
    world, source = CrawlWorld(), ScriptedSource(failures={1: Rejected("naver_blog", "HTTP 400 code SE01")})
    report = await crawl(world, source)
    assert report.alarms == ("query=가: naver_blog: HTTP 400 code SE01",)
    assert (report.pages, report.done) == (6, True)


async def test_a_source_that_only_fails_is_left_alone() -> None:
    down = {call: Unavailable("naver_blog", "down") for call in range(1, 9)}
    world, source = CrawlWorld(), ScriptedSource(failures=down)
    report = await crawl(world, source)
    assert (report.stop, report.done, len(source.asked)) == (Stop.FAILURES, False, 3)


async def test_an_expired_key_ends_the_day_with_an_alarm() -> None:
    expired = {call: Rejected("naver_blog", "HTTP 401") for call in range(1, 9)}
    world, source = CrawlWorld(), ScriptedSource(failures=expired)
    report = await crawl(world, source)
    assert (report.stop, report.done, len(source.asked)) == (Stop.REJECTED, True, 3)
    assert report.alarms


async def test_pages_end_at_the_cap_even_where_the_cursor_goes_round() -> None:
    world, source = CrawlWorld(), ScriptedSource(pages=10**9)
    report = await crawl(world, source, replace(PLAN, max_pages=3))
    assert (report.pages, report.done) == (12, True)


async def test_a_page_that_could_not_be_kept_is_not_passed_over() -> None:
    world, source = CrawlWorld(), ScriptedSource()
    world.documents.down = True
    with pytest.raises(Unavailable, match="documents"):
        await crawl(world, source)
    world.documents.down = False
    assert (await crawl(world, source)).pages == 8
    assert len(world.documents.kept) == 8


async def test_the_same_content_is_kept_and_announced_once_a_day() -> None:
    world = CrawlWorld()
    report = await crawl(world, SameEverywhere())
    assert (report.pages, len(world.documents.kept), len(world.queue.sent)) == (4, 1, 1)


async def test_a_crash_between_keeping_and_announcing_loses_no_message() -> None:
    world = CrawlWorld()
    world.queue.down = True
    with pytest.raises(Unavailable):
        await crawl(world, ScriptedSource())
    world.queue.down = False
    await crawl(world, ScriptedSource())
    assert {message.body["document_id"] for _, message in world.queue.sent} == set(world.documents.kept)


async def test_a_repeated_page_has_the_same_document_and_the_same_message() -> None:
    world = CrawlWorld()
    await crawl(world, ScriptedSource())
    first = [message.message_id for _, message in world.queue.sent]
    again = CrawlWorld()
    await crawl(again, ScriptedSource())
    assert [message.message_id for _, message in again.queue.sent] == first


def test_the_day_is_that_of_seoul() -> None:
    assert crawl_day(NIGHT) == date(2026, 11, 23)


def test_long_queries_have_short_names_that_still_differ() -> None:
    one, other = {"query": "가" * 400}, {"query": "가" * 399 + "나"}
    assert query_name(one) != query_name(other)
    assert len(query_name(one)) <= 200


def test_a_document_id_is_ascii_and_tells_nothing_of_what_was_asked() -> None:
    made = page_id("naver_blog", date(2026, 11, 23), {"query": "카페"}, 0)
    assert made.isascii()
    assert len(made) <= 100
