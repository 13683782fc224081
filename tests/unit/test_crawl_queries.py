from datetime import date

from shopevents.catalog.files import read_table
from shopevents.domain.crawl_queries import (
    blog_queries,
    hashtags,
    seoul_queries,
    source_limits,
    statistics_queries,
    statistics_tables,
    store_queries,
)
from shopevents.domain.documents import query_name
from shopevents.domain.hashtags import TAGS_PER_WINDOW

DAY = date(2026, 11, 23)


def test_blogs_are_asked_by_keyword_and_by_trade_and_place() -> None:
    phrases = [query["query"] for query in blog_queries()]
    assert {"소상공인 이벤트", "매장 프로모션"} <= set(phrases)
    assert "대구 수성구 꽃집 이벤트" in phrases
    assert len(phrases) == len(set(phrases))


def test_one_night_of_each_source_fits_into_its_quota() -> None:
    nightly = {"naver_blog": blog_queries(), "semas_stores": store_queries(), "kosis": statistics_queries(DAY)}
    for source, queries in nightly.items():
        assert len(queries) <= source_limits(source).daily_calls


def test_the_daily_hashtags_leave_room_for_rotating_ones() -> None:
    daily, rotating = hashtags()
    assert {"소상공인이벤트", "가게이벤트"} <= set(daily)
    assert len(daily) < TAGS_PER_WINDOW < len(daily) + len(rotating)
    assert not any(" " in tag or tag.startswith("#") for tag in [*daily, *rotating])


def test_every_district_of_the_register_is_asked_for_every_class() -> None:
    queries = store_queries()
    assert len(queries) == 256 * 6
    assert len({query_name(query) for query in queries}) == len(queries)


def test_the_industry_index_is_asked_for_more_than_two_years() -> None:
    query = next(query for query in statistics_queries(DAY) if query["tblId"] == "DT_1KC2020")
    assert (query["startPrdDe"], query["endPrdDe"]) == ("202308", "202611")


def test_every_axis_that_has_a_meaning_is_asked_for() -> None:
    for table in statistics_tables():
        assert len(table.codes) == len(table.axes), table.table_id
        assert table.source


def test_seoul_is_asked_for_quarters_that_are_over() -> None:
    assert [query["quarter"] for query in seoul_queries(date(2026, 2, 1))] == ["20254", "20253"]


def test_districts_have_one_code_each_and_a_province_of_kosis() -> None:
    districts = read_table("statistics/districts.csv")
    provinces = {row["code"] for row in read_table("statistics/kosis_provinces.csv")}
    assert len({row["code"] for row in districts}) == len(districts) == 256
    assert {row["kosis_province"] for row in districts} == provinces
