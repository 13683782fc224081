from datetime import date

import pytest

from shopevents.adapters.crawl_progress.memory import MemoryCrawlProgress
from shopevents.adapters.crawl_progress.postgres import PostgresCrawlProgress
from shopevents.adapters.database.connection import Database
from shopevents.domain.crawls import DAY_ENDED, FORGOTTEN
from shopevents.ports.crawl_progress import CrawlProgress, Place

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture(params=["memory", "postgres"])
def progress(request: pytest.FixtureRequest) -> CrawlProgress:
    if request.param == "memory":
        return MemoryCrawlProgress()
    database: Database = request.getfixturevalue("database")
    return PostgresCrawlProgress(database)


async def test_nothing_is_begun_at_first(progress: CrawlProgress) -> None:
    assert await progress.places("naver_blog", MONDAY) == {}
    assert await progress.last_finished("naver_blog") == {}


async def test_the_last_place_of_each_query_is_remembered(progress: CrawlProgress) -> None:
    await progress.save("naver_blog", MONDAY, "query=카페 이벤트", Place("101", 1))
    await progress.save("naver_blog", MONDAY, "query=카페 이벤트", Place("201", 2))
    await progress.save("naver_blog", MONDAY, "query=꽃집", Place(None, 1, finished=True))
    assert await progress.places("naver_blog", MONDAY) == {
        "query=카페 이벤트": Place("201", 2),
        "query=꽃집": Place(None, 1, finished=True),
    }


async def test_days_and_sources_are_apart(progress: CrawlProgress) -> None:
    await progress.save("naver_blog", MONDAY, "q", Place(None, 1, finished=True))
    assert await progress.places("naver_blog", TUESDAY) == {}
    assert await progress.places("kosis", MONDAY) == {}
    assert await progress.last_finished("kosis") == {}


async def test_only_finished_days_count_and_the_latest_wins(progress: CrawlProgress) -> None:
    await progress.save("kosis", TUESDAY, "done", Place(None, 1, finished=True))
    await progress.save("kosis", MONDAY, "done", Place(None, 1, finished=True))
    await progress.save("kosis", TUESDAY, "begun", Place("x", 1))
    assert await progress.last_finished("kosis") == {"done": TUESDAY}


async def test_forgotten_queries_are_new_again_and_todays_calls_for_them_still_count(progress: CrawlProgress) -> None:
    await progress.save("naver_blog", MONDAY, "yesterday", Place(None, 3, finished=True))
    await progress.save("naver_blog", TUESDAY, "done", Place(None, 2, finished=True))
    await progress.save("naver_blog", TUESDAY, "begun", Place("101", 1))
    await progress.save("naver_blog", TUESDAY, DAY_ENDED, Place(finished=True))
    await progress.save("kosis", TUESDAY, "another's", Place(None, 1, finished=True))
    assert await progress.forget("naver_blog", TUESDAY, since=TUESDAY) == 2
    places = await progress.places("naver_blog", TUESDAY)
    assert "done" not in places
    assert DAY_ENDED not in places
    assert sum(place.pages for place in places.values()) == 3
    assert set(await progress.last_finished("naver_blog")) - {FORGOTTEN} == {"yesterday"}
    assert set(await progress.places("kosis", TUESDAY)) == {"another's"}


async def test_forgetting_again_loses_no_call_and_further_back_forgets_more(progress: CrawlProgress) -> None:
    await progress.save("naver_blog", MONDAY, "yesterday", Place(None, 3, finished=True))
    await progress.save("naver_blog", TUESDAY, "done", Place(None, 2, finished=True))
    await progress.forget("naver_blog", TUESDAY, since=TUESDAY)
    await progress.save("naver_blog", TUESDAY, "done", Place(None, 2, finished=True))
    assert await progress.forget("naver_blog", TUESDAY, since=MONDAY) == 2
    assert await progress.places("naver_blog", MONDAY) == {}
    assert sum(place.pages for place in (await progress.places("naver_blog", TUESDAY)).values()) == 4
    assert await progress.forget("naver_blog", TUESDAY, since=MONDAY) == 0
