"""What can't be used is kept once, counted, found again, and released when it can be used after all."""

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.quarantine.memory import MemoryQuarantine
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.domain.posts import Reason, SetAside
from shopevents.ports.quarantine import Quarantine, QuarantinedDocument
from tests.adapters.clock import HandClock

BLOCKED = SetAside(Reason.BLOCKED_SITE, {"source": "naver_blog", "link": "https://onehour.kr/1"})
NO_LINK = SetAside(Reason.NO_LINK, {"source": "naver_blog", "place": 3})
NOTHING = SetAside(Reason.NO_SHOP_EVENT, {"source": "naver_blog", "link": "https://blog.naver.com/a/1"})
COPY = SetAside(Reason.NEAR_DUPLICATE, {"case_id": "a"}, "of b")


@pytest.fixture(params=["memory", "postgres"])
def quarantine(request: pytest.FixtureRequest) -> Quarantine:
    if request.param == "memory":
        return MemoryQuarantine(HandClock())
    database: Database = request.getfixturevalue("database")
    return PostgresQuarantine(database)


async def _counts(quarantine: Quarantine) -> dict[tuple[str, str], int]:
    return {(one.source, one.reason): one.records for one in await quarantine.counts()}


async def test_nothing_waits_at_first(quarantine: Quarantine) -> None:
    assert await quarantine.counts() == []
    assert await quarantine.documents((), 10) == []


async def test_a_failure_is_kept_once_however_often_it_happens(quarantine: Quarantine) -> None:
    for _ in range(3):
        await quarantine.keep("doc-1", "naver_blog", [BLOCKED, NO_LINK])
    assert await _counts(quarantine) == {("naver_blog", "blocked_site"): 1, ("naver_blog", "no_link"): 1}


async def test_posts_without_an_event_and_duplicates_are_no_failures(quarantine: Quarantine) -> None:
    await quarantine.keep("doc-1", "naver_blog", [NOTHING, COPY])
    assert await quarantine.counts() == []


async def test_what_does_not_fail_any_more_is_released_and_may_fail_again(quarantine: Quarantine) -> None:
    await quarantine.keep("doc-1", "naver_blog", [BLOCKED, NO_LINK])
    await quarantine.keep("doc-1", "naver_blog", [BLOCKED])
    assert await _counts(quarantine) == {("naver_blog", "blocked_site"): 1}
    await quarantine.keep("doc-1", "naver_blog", [NO_LINK])
    assert await _counts(quarantine) == {("naver_blog", "no_link"): 1}


async def test_documents_are_found_by_reason(quarantine: Quarantine) -> None:
    await quarantine.keep("doc-1", "naver_blog", [NO_LINK])
    await quarantine.keep("doc-2", "instagram", [SetAside(Reason.UNKNOWN_SHAPE, {}, "a list: of things")])
    assert await quarantine.documents({"unknown_shape"}, 10) == [QuarantinedDocument("doc-2", "instagram")]
    assert {one.document_id for one in await quarantine.documents((), 10)} == {"doc-1", "doc-2"}
    assert len(await quarantine.documents((), 1)) == 1


async def test_the_counts_tell_since_when(quarantine: Quarantine) -> None:
    await quarantine.keep("doc-1", "naver_blog", [NO_LINK])
    await quarantine.keep("doc-2", "naver_blog", [NO_LINK])
    (count,) = await quarantine.counts()
    assert count.records == 2
    assert count.oldest.tzinfo is not None


async def test_a_very_long_reason_is_cut(database: Database) -> None:
    quarantine = PostgresQuarantine(database)
    await quarantine.keep("doc-1", "naver_blog", [SetAside(Reason.UNKNOWN_SHAPE, {"note": "가" * 500}, "나" * 500)])
    assert await _counts(quarantine) == {("naver_blog", "unknown_shape"): 1}
