from typing import Any

import pytest

from shopevents.domain.crawl_queries import StatisticsTable, statistics_tables
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.kosis_rows import decimal_of, district_of, industry_figures, population_figures, province_name
from shopevents.domain.seoul_sales import sales_figures
from shopevents.domain.shops import Region
from shopevents.domain.store_register import region_of_code, store_page
from tests.vendors.semas import store


def table(table_id: str) -> StatisticsTable:
    return next(table for table in statistics_tables() if table.table_id == table_id)


def row(**fields: str) -> dict[str, str]:
    return {"PRD_SE": "M", "PRD_DE": "202609", "DT": "118.2", "UNIT_NM": "2020=100", **fields}


@pytest.mark.parametrize(("text", "value"), [("118.2", 118.2), ("1,234", 1234.0), (" -3.5 ", -3.5), ("0", 0.0)])
def test_a_number_is_read(text: str, value: float) -> None:
    assert decimal_of(text) == value


@pytest.mark.parametrize("text", ["-", "", "…", "9:24", None, "x", "1e5", "inf", "NaN", "--1", "1.2.3"])
def test_what_is_no_number_is_none(text: object) -> None:
    assert decimal_of(text) is None


def test_a_row_of_the_service_index_becomes_a_figure() -> None:
    (figure,) = industry_figures(table("DT_1KC2020"), [row(C1="I56", C1_NM="  음식점 및 주점업")])
    assert (figure.source, figure.measure, figure.industry, figure.region) == (
        "kosis:DT_1KC2020",
        "service_index",
        "I56",
        "",
    )
    assert (figure.period, figure.value, figure.unit) == ("202609", 118.2, "2020=100")


@pytest.mark.parametrize(
    ("kind", "period", "stored"), [("Q", "202603", "2026Q3"), ("분기", "202603", "2026Q3"), ("월", "202603", "202603")]
)
def test_the_kind_decides_what_the_digits_mean(kind: str, period: str, stored: str) -> None:
    asked = row(C1="11", C1_NM="서울특별시", C2="I", C2_NM="숙박", PRD_SE=kind, PRD_DE=period)
    assert [figure.period for figure in industry_figures(table("DT_1KC2023"), [asked])] == [stored]


@pytest.mark.parametrize("broken", [{"DT": "-"}, {"PRD_DE": "202699"}, {"PRD_SE": "X"}, {"PRD_DE": "abcd"}])
def test_a_row_that_states_nothing_gives_nothing(broken: dict[str, str]) -> None:
    assert list(industry_figures(table("DT_1KC2020"), [row(C1="I56", C1_NM="음식점", **broken)])) == []


@pytest.mark.parametrize(
    ("code", "label", "name"),
    [
        ("26", "울산광역시", "울산"),
        ("21", "부산광역시", "부산"),
        ("31", "경기도", "경기"),
        ("36", "전라남도", "전남"),
        ("29", "세종특별자치시", "세종"),
        ("00", "전국", ""),
        ("26", "부산광역시", None),
        ("31", "울산광역시", None),
        ("36", "세종특별자치시", None),
        ("29", "광주광역시", None),
        ("12", "전남광주통합특별시", None),
        ("99", "어디", None),
    ],
)
def test_a_province_needs_its_code_and_its_name(code: str, label: str, name: str | None) -> None:
    assert province_name(code, label) == name


@pytest.mark.parametrize(
    ("code", "label", "region"),
    [
        ("11440", "마포구", Region.of("서울", "마포구")),
        ("41115", "팔달구", Region.of("경기", "수원시 팔달구")),
        ("41115", "수원시 팔달구", Region.of("경기", "수원시 팔달구")),
        ("26110", "중구", Region.of("부산", "중구")),
        ("36110", "세종특별자치시", Region.of("세종")),
        ("41110", "수원시", None),
        ("26", "부산광역시", None),
        ("11440", "강서구", None),
        ("28110", "중구", None),
    ],
)
def test_a_district_needs_its_code_and_its_name(code: str, label: str, region: Region | None) -> None:
    assert district_of(code, label) == region


def ages(years: range, district: str = "11440") -> list[dict[str, str]]:
    names = {100: "100세 이상"}
    return [
        row(C1=district, C1_NM="마포구", C2=f"{year:03}", C2_NM=names.get(year, f"{year}세"), DT="100")
        for year in years
    ]


def test_single_years_are_summed_to_whole_bands() -> None:
    figures = list(population_figures(table("DT_1B04006"), ages(range(101))))
    by_band = {figure.grouping: figure.value for figure in figures}
    assert by_band == {**{f"age:{band}": 1000.0 for band in range(0, 70, 10)}, "age:70": 3100.0}
    assert {(figure.city, figure.district) for figure in figures} == {("서울", "마포구")}


def test_a_band_with_a_missing_year_is_not_told() -> None:
    kept = [one for one in ages(range(101)) if one["C2_NM"] != "34세"]
    assert "age:30" not in {figure.grouping for figure in population_figures(table("DT_1B04006"), kept)}


def reply(stores: list[dict[str, Any]], **header: str) -> dict[str, Any]:
    return {"header": {"stdrYm": "202609", **header}, "body": {"items": stores, "totalCount": len(stores)}}


QUERY = {"key": "11440", "indsLclsCd": "I2"}


def test_a_page_of_the_register_becomes_sightings() -> None:
    page = store_page(reply([store(1), store(2, indsSclsCd="Q12A01")]), QUERY)
    assert page is not None
    assert (page.snapshot, page.district_code, page.class_code, page.total) == ("202609", "11440", "I2", 2)
    assert [sighting.trade_code for sighting in page.stores] == ["I21201", ""]


def test_an_empty_page_has_no_sightings() -> None:
    assert store_page({"header": {"resultCode": "03"}, "body": {"items": ""}}, QUERY) is None


@pytest.mark.parametrize("month", ["", "2026", "202613", "September"])
def test_stores_of_no_month_are_refused(month: str) -> None:
    with pytest.raises(PoisonRecord):
        store_page(reply([store(1)], stdrYm=month), QUERY)


def test_codes_of_the_register_are_not_those_of_kosis() -> None:
    assert region_of_code("26110") == Region.of("부산", "중구")
    assert region_of_code("31110") == Region.of("울산", "중구")
    assert region_of_code("36110") == Region.of("세종")
    assert region_of_code("21010") is None


def test_seouls_sales_are_summed_over_areas_by_trade() -> None:
    area = {"SVC_INDUTY_CD_NM": "커피-음료", "TMZON_14_17_SELNG_AMT": 10, "SAT_SELNG_AMT": 3, "ML_SELNG_AMT": 1}
    unknown = {**area, "SVC_INDUTY_CD_NM": "새 업종"}
    content = {"V": {"list_total_count": 3, "row": [area, area, unknown]}}
    figures = sales_figures(content, {"service": "V", "quarter": "20262"}, 4)
    found = {(figure.measure, figure.grouping): figure.value for figure in figures}
    assert found["sales", "커피-음료|hour:14_17"] == 20
    assert (found["sales_rows", ""], found["sales_rows_in_all", ""]) == (3, 3)
    assert {(figure.source, figure.period) for figure in figures} == {("seoul_sales:V#4", "2026Q2")}


def test_sales_that_hide_how_many_rows_there_are_are_refused() -> None:
    with pytest.raises(PoisonRecord):
        sales_figures({"V": {"row": [{}]}}, {"service": "V", "quarter": "20262"}, 0)
