"""Figures of public statistics, and what may be concluded from a series of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from shopevents.domain.periods import ordinal_of, period_at, read_stored, stored_period

# Figures of recorded replies are invented: their source says so wherever they go.
SAMPLE_PREFIX = "sample:"
# A seasonal index from less would be one year's weather.
SEASONAL_MONTHS = 24
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of `industry_statistics`. `industry` is the source's code; `region` a KOSIS 시도's short name;
    `audience` a retail channel's code; each "" where the table doesn't split by it. `period` is as stored."""

    source: str
    measure: str
    period: str
    value: float
    unit: str = ""
    industry: str = ""
    region: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class ProfileFigure:
    """A row of `region_profiles`: `grouping` is "" for the whole, else "age:30" or "커피-음료|hour:14_17"."""

    source: str
    city: str
    district: str
    measure: str
    grouping: str
    period: str
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class StoreSighting:
    """A store as a snapshot of the register shows it: its id and 상권업종 소분류."""

    store_id: str
    trade_code: str


@dataclass(frozen=True, slots=True)
class StorePage:
    """A page of one 시군구 × 대분류 of a monthly snapshot ("202609"). `total`: stores on all its pages."""

    source: str
    snapshot: str
    district_code: str
    class_code: str
    total: int
    stores: tuple[StoreSighting, ...]


type Series = Mapping[str, float]
"""Values of one kind of period by stored period."""


def change_percent(series: Series, period: str, periods_back: int) -> float | None:
    """How much higher (+) or lower (-) the value of `period` is than the one `periods_back` before, in %.
    None where one of the two is missing or the earlier one is not positive."""
    kind, text = read_stored(period)
    earlier = series.get(stored_period(kind, period_at(kind, ordinal_of(kind, text) - periods_back)))
    now = series.get(period)
    if now is None or earlier is None or earlier <= 0:
        return None
    return (now / earlier - 1) * 100


def year_on_year(series: Series, period: str) -> float | None:
    """`change_percent` against the same period a year before."""
    kind, _ = read_stored(period)
    return change_percent(series, period, {"M": 12, "Q": 4}.get(kind, 1))


def unbroken_months(series: Series) -> list[str]:
    """The stored months up to the latest one without a gap, in order."""
    months: list[str] = []
    latest = max((ordinal_of("M", period) for period in series), default=-1)
    while latest >= 0 and (period := period_at("M", latest)) in series:
        months.append(period)
        latest -= 1
    return months[::-1]


def seasonal_index(series: Series, month: int) -> float | None:
    """How a month (1 to 12) usually compares with the year around it: 1.06 is 6 % above.

    Ratio to the centred 12-month mean (2×12), averaged over the years and scaled so that the twelve
    months average 1. None with less than 24 unbroken months or values that are not positive.
    """
    months = unbroken_months(series)
    if len(months) < SEASONAL_MONTHS or any(series[period] <= 0 for period in months):
        return None
    values = [series[period] for period in months]
    ratios: dict[int, list[float]] = {}
    for place in range(_YEAR // 2, len(values) - _YEAR // 2):
        around = values[place - 6 : place + 7]
        trend = (sum(around[1:-1]) + (around[0] + around[-1]) / 2) / _YEAR
        ratios.setdefault(int(months[place][4:]), []).append(values[place] / trend)
    means = {number: fmean(found) for number, found in ratios.items()}
    return means[month] / fmean(means.values())
