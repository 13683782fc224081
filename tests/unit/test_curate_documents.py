"""Landed documents become cases: once, whatever comes twice, and nothing they hold stops the others."""

import json
from datetime import date
from typing import Any

import pytest

from shopevents.adapters.case_intake.memory import MemoryCaseIntake
from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.case_outliers.postgres import PostgresCaseOutliers
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.database.connection import Database
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.adapters.statistics_store.postgres import PostgresStatisticsStore
from shopevents.domain.documents import CURATE_QUEUE, RawDocument
from shopevents.domain.messages import Message
from shopevents.domain.outliers import ENOUGH, outliers_among
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.use_cases.curate_documents import Curation, curate_documents
from shopevents.use_cases.requeue_quarantined import requeue_quarantined
from tests.adapters.crawling import NIGHT, KeptDocuments, SentMessages, SetClock

POSTS = [
    {
        "title": "연남동 <b>카페</b> 텀블러 할인 <b>이벤트</b>",
        "link": "https://blog.naver.com/sample/224000000001",
        "description": "마포구 연남동 카페 모퉁이에서 11월 한 달 동안 텀블러를 가져오면 음료를 20% 할인해 드려요.",
        "bloggername": "하루",
        "postdate": "20261101",
    },
    {
        "title": "오늘의 일기",
        "link": "https://blog.naver.com/sample/224000000002",
        "description": "비가 와서 집에 있었다.",
        "postdate": "20261101",
    },
    {"title": "카페 이벤트", "link": "https://onehour.kr/1", "description": "매출 312% 오르는 카페 이벤트"},
]


def _document(number: int, reply: Any, source: str = "naver_blog", **manifest: Any) -> RawDocument:
    body = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
    return RawDocument(
        document_id=f"{source}-{number}",
        source=source,
        body=body,
        fetched_at=NIGHT,
        crawl_day=date(2026, 11, 23),
        manifest=manifest,
    )


@pytest.fixture
def documents() -> KeptDocuments:
    return KeptDocuments()


@pytest.fixture
def curation(database: Database, documents: KeptDocuments) -> Curation:
    return Curation(
        documents=documents,
        extractor=RuleExtractor(),
        intake=PostgresCaseIntake(database),
        quarantine=PostgresQuarantine(database),
        outliers=PostgresCaseOutliers(database),
        statistics=PostgresStatisticsStore(database),
        clock=SetClock(),
    )


async def _land(documents: KeptDocuments, *landed: RawDocument) -> list[Message]:
    for document in landed:
        await documents.keep(document)
    return [document.landed(NIGHT) for document in landed]


async def _events(database: Database) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.fetch("SELECT * FROM events ORDER BY id")]


async def test_a_page_of_posts_becomes_cases_and_quarantine(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    messages = await _land(documents, _document(1, {"items": POSTS}))
    assert await curate_documents(messages, curation=curation) == {}
    (row,) = await _events(database)
    assert (row["prize"], row["location_district"], row["month"]) == ("20% 할인", "마포구", 11)
    assert row["url"] == "https://blog.naver.com/sample/224000000001"
    assert [(one.reason, one.records) for one in await curation.quarantine.counts()] == [("blocked_site", 1)]
    (message,) = await database.fetch("SELECT queue FROM outbox")
    assert message["queue"] == "embed_events"


async def test_reactions_to_an_instagram_post_are_kept_as_numbers_where_they_are_told(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    medium = {
        "caption": "홍대 카페 오픈 이벤트! 팔로우하고 댓글 남기면 아메리카노 1잔 무료 (11/30까지)",
        "permalink": "https://www.instagram.com/p/DExample001/",
        "timestamp": "2026-11-23T00:41:17+0000",
        "comments_count": 23,
    }
    shown = {**medium, "permalink": "https://www.instagram.com/p/DExample002/", "like_count": 58}
    shown["caption"] = "부산 서면 네일샵 1주년! 후기를 남기면 큐티클 오일을 드려요. 9월 한 달"
    messages = await _land(documents, _document(1, {"data": [medium, shown, {"id": "1"}]}, "instagram"))
    assert await curate_documents(messages, curation=curation) == {}
    rows = await database.fetch("SELECT likes, comments FROM events ORDER BY likes NULLS FIRST")
    assert [(row["likes"], row["comments"]) for row in rows] == [(None, 23), (58, 23)]


async def test_a_document_curated_twice_changes_nothing(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    messages = await _land(documents, _document(1, {"items": POSTS}))
    await curate_documents(messages, curation=curation)
    before = await _events(database)
    assert await curate_documents([*messages, *messages], curation=curation) == {}
    assert await _events(database) == before
    (count,) = await database.fetch("SELECT count(*) AS messages FROM outbox")
    assert count["messages"] == 1


async def test_a_recorded_reply_gives_examples_that_claim_nothing(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    messages = await _land(documents, _document(1, {"items": POSTS}, recording="2026-11"))
    assert await curate_documents(messages, curation=curation) == {}
    (row,) = await _events(database)
    assert (row["provenance"], row["url"], row["outcome"]) == ("illustrative", None, None)


async def test_the_same_post_on_another_day_is_no_new_case(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    copied = POSTS[0] | {"link": "http://m.blog.naver.com/sample/224000000001?from=search"}
    elsewhere = POSTS[0] | {"link": "https://blog.naver.com/other/224000000009"}
    messages = await _land(
        documents,
        _document(1, {"items": POSTS}),
        _document(2, {"items": [copied]}),
        _document(3, {"items": [elsewhere]}),
    )
    await curate_documents(messages, curation=curation)
    assert len(await _events(database)) == 1


async def test_documents_that_hold_no_posts_are_quarantined_and_the_others_curated(
    documents: KeptDocuments, curation: Curation
) -> None:
    bad = [
        _document(1, "<html>503</html>"),
        _document(2, {"errorCode": "024", "errorMessage": "x"}),
        _document(3, "[" * 100_000),
        _document(4, {"rows": []}, "somewhere_else"),
        _document(5, {"header": 7}, "semas_stores"),
        _document(6, {"err": "20"}, "kosis", query={"tblId": "DT_1KC2020"}),
    ]
    messages = await _land(documents, *bad, _document(7, {"items": POSTS[:1]}))
    assert await curate_documents(messages, curation=curation) == {}
    assert {(one.source, one.reason) for one in await curation.quarantine.counts()} == {
        ("naver_blog", "not_json"),
        ("naver_blog", "error_reply"),
        ("somewhere_else", "unknown_source"),
        ("semas_stores", "unknown_shape"),
        ("kosis", "unknown_shape"),
    }


async def test_a_document_that_expired_in_the_bucket_is_no_failure(curation: Curation) -> None:
    assert await curate_documents([_document(1, {"items": []}).landed(NIGHT)], curation=curation) == {}


async def test_a_message_without_its_document_fails_alone(documents: KeptDocuments, curation: Curation) -> None:
    (good,) = await _land(documents, _document(1, {"items": POSTS}))
    bad = good.model_copy(update={"message_id": "m-bad", "body": {}})
    assert list(await curate_documents([bad, good], curation=curation)) == ["m-bad"]


async def test_what_is_quarantined_can_be_sent_again_and_is_released_by_a_better_reader(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    await curate_documents(await _land(documents, _document(1, {"rows": POSTS})), curation=curation)
    queue = SentMessages()
    assert await requeue_quarantined(["no_link"], quarantine=curation.quarantine, queue=queue, clock=SetClock()) == 0
    assert await requeue_quarantined(quarantine=curation.quarantine, queue=queue, clock=SetClock()) == 1
    documents.kept["naver_blog-1"] = _document(1, {"items": POSTS[:1]})
    sent = [message for name, message in queue.sent if name == CURATE_QUEUE]
    assert await curate_documents(sent, curation=curation) == {}
    assert await curation.quarantine.counts() == []
    assert len(await _events(database)) == 1


async def test_curating_again_lets_better_rules_replace_what_was_kept(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    (message,) = await _land(documents, _document(1, {"items": POSTS[:1]}))
    await curate_documents([message], curation=curation)
    better = POSTS[0] | {"description": POSTS[0]["description"].replace("20%", "30%")}
    documents.kept["naver_blog-1"] = _document(1, {"items": [better]})
    await curate_documents([message], curation=curation)
    assert [row["prize"] for row in await _events(database)] == ["20% 할인"]
    again = message.model_copy(update={"body": message.body | {"again": True}})
    await curate_documents([again], curation=curation)
    assert [(row["prize"], row["row_version"]) for row in await _events(database)] == [("30% 할인", 2)]


async def test_cases_whose_roi_stands_apart_are_marked_and_stay_cases(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    rows = [
        {
            "case_id": f"pub-{number}",
            "title": f"이벤트 {number}",
            "participation": "와요",
            "mechanic": "discount",
            "industry": "음식점",
            "roi": 100.0 + number if number else 9_000.0,
            "provenance": "published",
            "url": f"https://a.example/{number}",
        }
        for number in range(ENOUGH)
    ]
    messages = await _land(documents, _document(1, {"cases": rows}, "catalog"))
    assert await curate_documents(messages, curation=curation) == {}
    marked = await database.fetch("SELECT id FROM events WHERE outlier")
    assert [row["id"] for row in marked] == ["pub-0"]
    assert len(await PostgresCases(database).load([f"pub-{number}" for number in range(ENOUGH)])) == ENOUGH
    assert await curation.outliers.mark(IndustryCategory.FOOD, []) == 1


def test_no_outlier_is_told_from_few_observations() -> None:
    rois = {str(number): 100.0 for number in range(ENOUGH - 2)} | {"far": 9_999.0}
    assert outliers_among(rois) == frozenset()
    assert outliers_among(rois | {"near": 101.0}) == {"far", "near"}


async def test_memory_and_database_keep_the_same_cases(
    database: Database, documents: KeptDocuments, curation: Curation
) -> None:
    intake = MemoryCaseIntake()
    memory = Curation(
        documents,
        curation.extractor,
        intake,
        curation.quarantine,
        curation.outliers,
        curation.statistics,
        curation.clock,
    )
    messages = await _land(documents, _document(1, {"items": POSTS}), _document(2, {"items": POSTS}))
    await curate_documents(messages, curation=curation)
    await curate_documents(messages, curation=memory)
    kept = await PostgresCases(database).load(list(intake.cases))
    assert {state.case.case_id: state.case for state in kept} == intake.cases
