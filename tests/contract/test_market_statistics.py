"""From documents to what an owner is told, over a real database."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.market_statistics.none import NoMarketStatistics
from shopevents.adapters.market_statistics.postgres import PostgresMarketStatistics
from shopevents.adapters.statistics_store.postgres import PostgresStatisticsStore
from shopevents.domain.briefs import MarketFact
from shopevents.domain.documents import RawDocument
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.market_phrases import SAMPLE_SOURCE
from shopevents.domain.periods import period_at
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.use_cases.record_statistics import record_statistics
from tests.vendors.semas import store

CAFE = Trade(category=IndustryCategory.FOOD, code="I21201", name="카페", ksic="56", word="카페")
MAPO = Region.of("서울", "마포구")
QUERY = {"division": "signguCd", "key": "11440", "indsLclsCd": "I2"}
FETCHED = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def document(source: str, body: Any, query: dict[str, str], **more: Any) -> RawDocument:
    manifest = {"query": query, "page": 0, **more.pop("manifest", {})}
    fields = {"fetched_at": FETCHED, "crawl_day": date(2026, 11, 23), **more}
    return RawDocument(document_id="d", source=source, body=json.dumps(body), manifest=manifest, **fields)


def index_rows(count: int, last: float = 118.2, code: str = "I56") -> list[dict[str, str]]:
    """Months up to 2026-09; the last is `last`, the same month a year before 114.6, the others 110, 121 in December."""
    rows = []
    for back in range(count):
        period = period_at("M", 2026 * 12 + 8 - back)
        value = {0: last, 12: 114.6}.get(back, 121.0 if period.endswith("12") else 110.0)
        rows.append({"C1": code, "C1_NM": "음식점 및 주점업", "PRD_SE": "M", "PRD_DE": period, "DT": str(value)})
    return rows


async def record(database: Database, *documents: RawDocument) -> None:
    for one in documents:
        await record_statistics(one, store=PostgresStatisticsStore(database))


async def told(database: Database, *, trade: Trade = CAFE, region: Region = MAPO, samples: bool = False) -> list[str]:
    facts = await PostgresMarketStatistics(database, samples=samples).facts(trade, region, 12)
    return [fact.phrase for fact in facts]


async def test_nothing_is_told_where_nothing_is_held(database: Database) -> None:
    assert await told(database) == []
    assert await NoMarketStatistics().facts(CAFE, MAPO, 12) == ()


async def test_an_index_is_told_with_its_period_its_changes_and_its_source(database: Database) -> None:
    await record(database, document("kosis", index_rows(14), {"tblId": "DT_1KC2020"}))
    (fact,) = await PostgresMarketStatistics(database).facts(CAFE, MAPO, 12)
    assert fact == MarketFact(
        topic="industry",
        phrase="음식점·주점업 생산지수(경상)는 2026년 9월 118.2로, 1년 전보다 3.1% 높고 전달보다 7.5% 높아요",
        period="2026년 9월",
        source="국가데이터처 서비스업생산지수",
    )


async def test_a_season_is_told_from_two_years_on(database: Database) -> None:
    await record(database, document("kosis", index_rows(23), {"tblId": "DT_1KC2020"}))
    assert not any("12월에" in phrase for phrase in await told(database))
    await record(database, document("kosis", index_rows(38), {"tblId": "DT_1KC2020"}))
    season = [phrase for phrase in await told(database) if "12월에" in phrase]
    assert len(season) == 1
    assert "높은 편이에요(2023년 8월~2026년 9월 기준)" in season[0]


async def test_a_revised_value_replaces_the_provisional_one_and_never_the_other_way_round(database: Database) -> None:
    revised = document("kosis", index_rows(14, last=120.0), {"tblId": "DT_1KC2020"}, fetched_at=FETCHED)
    older = document("kosis", index_rows(14), {"tblId": "DT_1KC2020"}, fetched_at=FETCHED - timedelta(days=30))
    await record(database, revised, older, revised)
    assert "120.0으로" in (await told(database))[0]


async def test_a_region_is_told_by_quarter_and_only_its_own(database: Database) -> None:
    def quarter(code: str, name: str, period: str, value: str) -> dict[str, str]:
        return {"C1": code, "C1_NM": name, "C2": "I", "C2_NM": "숙박", "PRD_SE": "Q", "PRD_DE": period, "DT": value}

    rows = [
        quarter("11", "서울특별시", "202503", "100.0"),
        quarter("11", "서울특별시", "202603", "98.8"),
        quarter("26", "울산광역시", "202503", "50.0"),
        quarter("26", "울산광역시", "202603", "60.0"),
    ]
    await record(database, document("kosis", rows, {"tblId": "DT_1KC2023"}))
    assert await told(database) == ["서울 숙박·음식점업 생산지수(경상)는 2026년 3분기 98.8로, 1년 전보다 1.2% 낮아요"]
    assert await told(database, region=Region.of("부산", "해운대구")) == []
    assert "울산" in (await told(database, region=Region.of("울산", "남구")))[0]


def snapshot(month: str, ids: range, page: range | None = None, *, recording: str = "") -> RawDocument:
    shown = [store(number) for number in (page or ids)]
    body = {"header": {"stdrYm": month, "resultCode": "00"}, "body": {"items": shown, "totalCount": len(ids)}}
    return document("semas_stores", body, QUERY, manifest={"recording": recording})


async def test_openings_and_closings_are_the_difference_of_two_snapshots(database: Database) -> None:
    await record(database, snapshot("202608", range(100)))
    assert await told(database) == ["2026년 8월 기준 마포구의 카페 점포는 100곳이에요"]
    await record(database, snapshot("202609", range(7, 112)))
    expected = "2026년 9월 기준 마포구의 카페 점포는 105곳이고, 2026년 8월 집계보다 12곳이 새로 등록되고 7곳이 빠졌어요"
    assert await told(database) == [expected]


async def test_pages_of_a_snapshot_may_come_in_any_order_and_twice(database: Database) -> None:
    pages = [
        snapshot(month, ids, range(start, start + 20))
        for month, ids in (("202608", range(100)), ("202609", range(20, 140)))
        for start in range(ids.start, ids.stop, 20)
    ]
    august, september = pages[:5], pages[5:]
    random.Random(7).shuffle(august)
    await record(database, *august, *august[:2], *reversed(september), september[0])
    assert "점포는 120곳이고" in (await told(database))[0]
    assert "40곳이 새로 등록되고 20곳이 빠졌어요" in (await told(database))[0]


async def test_half_a_snapshot_is_not_counted(database: Database) -> None:
    await record(database, snapshot("202608", range(100)), snapshot("202609", range(100), range(50)))
    assert await told(database) == ["2026년 8월 기준 마포구의 카페 점포는 100곳이에요"]


async def test_a_snapshot_that_was_missed_does_not_hide_what_changed(database: Database) -> None:
    await record(
        database,
        snapshot("202607", range(100)),
        snapshot("202608", range(10, 100), range(10, 40)),
        snapshot("202609", range(20, 110)),
    )
    assert "2026년 7월 집계보다 10곳이 새로 등록되고 20곳이 빠졌어요" in (await told(database))[0]


async def test_people_are_told_by_their_largest_age_band(database: Database) -> None:
    base = {"C1": "11440", "C1_NM": "마포구", "PRD_SE": "M", "PRD_DE": "202610"}
    total = document("kosis", [{**base, "DT": "360123"}], {"tblId": "DT_1B040A3"})
    years = [
        {**base, "C2_NM": "100세 이상" if year == 100 else f"{year}세", "DT": "10000" if 30 <= year < 40 else "3000"}
        for year in range(101)
    ]
    await record(database, total)
    assert await told(database) == ["마포구 주민등록인구는 2026년 10월 360,123명이에요"]
    await record(database, document("kosis", years, {"tblId": "DT_1B04006"}))
    assert await told(database) == ["마포구 주민등록인구는 2026년 10월 360,123명이고, 30대가 26.8%로 가장 많아요"]


def sales(page: int, total: int, quarter: str = "20262") -> RawDocument:
    area = {"SVC_INDUTY_CD_NM": "커피-음료", "TMZON_14_17_SELNG_AMT": 60, "TMZON_11_14_SELNG_AMT": 40}
    body = {"V": {"list_total_count": total, "row": [{**area, "AGRDE_20_SELNG_AMT": 5, "AGRDE_30_SELNG_AMT": 5}] * 2}}
    return document("seoul_sales", body, {"service": "V", "quarter": quarter}, manifest={"page": page})


async def test_seouls_sales_are_told_when_the_whole_quarter_is_there(database: Database) -> None:
    await record(database, sales(0, 4), sales(0, 4))
    assert await told(database) == []
    await record(database, sales(1, 4), sales(0, 4, quarter="20263"))
    assert await told(database) == [
        "서울 주요 상권의 커피·음료점 추정매출은 2026년 2분기에 14~17시(60%), 20대(50%) 비중이 가장 컸어요"
    ]
    assert await told(database, region=Region.of("부산", "남구")) == []


async def test_recorded_replies_are_never_told_as_real(database: Database) -> None:
    recorded = {"manifest": {"recording": "2026-11"}}
    await record(
        database,
        document("kosis", index_rows(30), {"tblId": "DT_1KC2020"}, **recorded),
        snapshot("202609", range(10), recording="2026-11"),
    )
    assert await told(database) == []
    facts = await PostgresMarketStatistics(database, samples=True).facts(CAFE, MAPO, 12)
    assert facts
    assert {fact.source for fact in facts} == {SAMPLE_SOURCE}
    assert all(fact.phrase.startswith("(예시 자료) ") for fact in facts)


async def test_real_figures_push_examples_aside(database: Database) -> None:
    recorded = {"manifest": {"recording": "2026-11"}}
    await record(database, document("kosis", index_rows(30, last=999.0), {"tblId": "DT_1KC2020"}, **recorded))
    await record(database, document("kosis", index_rows(14), {"tblId": "DT_1KC2020"}))
    assert [phrase for phrase in await told(database, samples=True) if "999" in phrase or "예시" in phrase] == []


@pytest.mark.parametrize(
    ("source", "body", "query"),
    [
        ("naver_blog", [], {}),
        ("kosis", {"err": "20"}, {"tblId": "DT_1KC2020"}),
        ("kosis", [], {"tblId": "DT_UNKNOWN"}),
        ("semas_stores", [], {"key": "11440"}),
    ],
)
async def test_a_document_that_is_no_statistic_is_poison(
    database: Database, source: str, body: Any, query: dict[str, str]
) -> None:
    with pytest.raises(PoisonRecord):
        await record(database, document(source, body, query))


async def test_stores_of_an_unknown_place_are_poison(database: Database) -> None:
    body = {"header": {"stdrYm": "202609"}, "body": {"items": [store(1)], "totalCount": 1}}
    with pytest.raises(PoisonRecord):
        await record(database, document("semas_stores", body, {"key": "99999", "indsLclsCd": "I2"}))
