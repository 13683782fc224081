from datetime import date

import pytest

from shopevents.domain.market_axes import axes_of, province_of
from shopevents.domain.market_phrases import StoreCount, index_fact, season_fact, stores_fact
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory

SUBJECT, SOURCE = "음식점·주점업 생산지수(경상)", "국가데이터처 서비스업생산지수"


def index(latest: float, **earlier: float) -> str:
    series = {"202609": latest, **{period.removeprefix("p"): value for period, value in earlier.items()}}
    fact = index_fact("industry", SUBJECT, series, SOURCE)
    assert fact is not None
    return fact.phrase.removeprefix(f"{SUBJECT}는 2026년 9월 ")


@pytest.mark.parametrize(
    ("latest", "said"),
    [(118.0, "118.0으로"), (118.1, "118.1로"), (118.2, "118.2로"), (118.3, "118.3으로"), (118.6, "118.6으로")],
)
def test_the_particle_fits_the_digit_that_is_read_last(latest: float, said: str) -> None:
    assert index(latest, p202509=100.0).startswith(said)


def test_a_fall_a_rise_and_a_standstill_read_naturally() -> None:
    assert index(100.0, p202509=110.0) == "100.0으로, 1년 전보다 9.1% 낮아요"
    assert index(100.0, p202509=100.0) == "100.0으로, 1년 전과 비슷해요"
    assert index(100.0, p202509=100.01, p202608=80.0) == "100.0으로, 1년 전과 비슷하고 전달보다 25.0% 높아요"


def test_a_value_with_nothing_to_compare_it_with_is_not_told() -> None:
    assert index_fact("industry", SUBJECT, {"202609": 118.2}, SOURCE) is None
    assert index_fact("industry", SUBJECT, {}, SOURCE) is None


def test_a_month_that_hardly_differs_is_no_season() -> None:
    series = {f"{year}{month:02}": 100.0 for year in (2024, 2025) for month in range(1, 13)}
    assert season_fact(SUBJECT, series, 12, SOURCE) is None


@pytest.mark.parametrize(
    ("opened", "closed", "end"),
    [
        (12, 9, "12곳이 새로 등록되고 9곳이 빠졌어요"),
        (1, 0, "8월 집계보다 1곳이 새로 등록됐어요"),
        (0, 3, "8월 집계보다 3곳이 빠졌어요"),
        (0, 0, "8월 집계와 같은 점포들이에요"),
        (None, None, "1,234곳이에요"),
    ],
)
def test_what_changed_among_shops_is_told_as_it_is(opened: int | None, closed: int | None, end: str) -> None:
    counts = [StoreCount(date(2026, 9, 1), 1234, opened, closed), StoreCount(date(2026, 8, 1), 1231, None, None)]
    fact = stores_fact("마포구", "카페", counts)
    assert fact is not None
    assert fact.phrase.startswith("2026년 9월 기준 마포구의 카페 점포는 1,234곳이")
    assert fact.phrase.endswith(end)


def trade(category: str, code: str | None = None, ksic: str | None = None) -> Trade:
    return Trade(category=IndustryCategory(category), code=code, name=None, ksic=ksic, word="가게")


def test_each_trade_is_looked_up_where_its_figures_are() -> None:
    cafe, shop = axes_of(trade("음식점", "I21201", "56")), axes_of(trade("소매점", "G20405", "47"))
    assert cafe.industry is not None
    assert (cafe.industry.code, cafe.channel) == ("I56", None)
    assert cafe.seoul is not None
    assert cafe.seoul.code == "커피-음료"
    assert shop.channel is not None
    assert shop.channel.code == "A5"


def test_a_category_alone_has_its_typical_industry_and_another_trade_none() -> None:
    lodging, other = axes_of(trade("숙박")), axes_of(trade("기타"))
    assert lodging.register is not None
    assert lodging.register.code == "I1"
    assert (other.industry, other.section, other.channel, other.seoul, other.register) == (None,) * 5


@pytest.mark.parametrize(
    ("region", "province"),
    [
        (Region.of("서울", "마포구"), "서울"),
        (Region.of("세종"), "세종"),
        (Region.of("전남광주", "동구"), "광주"),
        (Region.of("전남광주", "여수시"), "전남"),
        (Region.of("전남광주"), None),
        (Region.of("서울", "없는구"), None),
    ],
)
def test_a_place_has_one_province_in_the_statistics_or_none(region: Region, province: str | None) -> None:
    assert province_of(region) == province
