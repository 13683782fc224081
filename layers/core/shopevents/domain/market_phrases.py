"""Statistics as finished Korean phrases: each names its period, and its source stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shopevents.domain.briefs import MarketFact
from shopevents.domain.periods import period_phrase, read_stored
from shopevents.domain.statistics import (
    SAMPLE_PREFIX,
    Series,
    change_percent,
    seasonal_index,
    unbroken_months,
    year_on_year,
)

SAMPLE_SOURCE = "실제 통계가 아닌 예시"
STORES_SOURCE = "소상공인시장진흥공단 상가(상권)정보"
_SAMPLE_MARK = "(예시 자료) "
# 영, 삼, 육 end in a consonant that 로 wants 으 after; 일, 칠, 팔 end in ㄹ, which takes 로 as vowels do.
_CONSONANT_DIGITS = frozenset("036")
_SAME_PERCENT = 0.05
_BEFORE = {"M": "전달", "Q": "전 분기"}
_BANDS = {0: "10세 미만", 70: "70대 이상"}
_GROUPS = {
    "hour": {
        "00_06": "0~6시",
        "06_11": "6~11시",
        "11_14": "11~14시",
        "14_17": "14~17시",
        "17_21": "17~21시",
        "21_24": "21~24시",
    },
    "weekday": {
        "MON": "월요일",
        "TUES": "화요일",
        "WED": "수요일",
        "THUR": "목요일",
        "FRI": "금요일",
        "SAT": "토요일",
        "SUN": "일요일",
    },
    "age": {"10": "10대", "20": "20대", "30": "30대", "40": "40대", "50": "50대", "60_ABOVE": "60대 이상"},
    "sex": {"ML": "남성", "FML": "여성"},
}


@dataclass(frozen=True, slots=True)
class StoreCount:
    """Stores of one trade and place in one snapshot; `opened` and `closed` since the one before, if any."""

    snapshot: date
    stores: int
    opened: int | None
    closed: int | None


def index_fact(topic: str, subject: str, series: Series, source: str) -> MarketFact | None:
    """The latest value of an index ("음식점·주점업 생산지수(경상)") against a year and a period before. None
    without a value, or without anything to compare it with."""
    if not series:
        return None
    latest = max(series)
    kind, period = read_stored(latest)
    compared = [("1년 전", year_on_year(series, latest))]
    if before := _BEFORE.get(kind):
        compared.append((before, change_percent(series, latest, 1)))
    changes = [_difference(since, change) for since, change in compared if change is not None]
    if not changes:
        return None
    said = period_phrase(kind, period)
    value = f"{series[latest]:,.1f}"
    return MarketFact(
        topic=topic,
        phrase=f"{subject}는 {said} {value}{_to(value)}, {_chained(changes)}",
        period=said,
        source=source,
    )


def season_fact(subject: str, series: Series, month: int, source: str) -> MarketFact | None:
    """How the month usually compares with the rest of the year. None with less than 24 months, and where it
    hardly differs."""
    index = seasonal_index(series, month)
    if index is None or abs(index - 1) < 0.005:  # noqa: PLR2004 - half a percent is nothing to plan by
        return None
    months = unbroken_months(series)
    said = f"{period_phrase('M', months[0])}~{period_phrase('M', months[-1])}"
    direction = "높은" if index > 1 else "낮은"
    return MarketFact(
        topic="season",
        phrase=f"{subject}는 {month}월에 연중 평균보다 {abs(index - 1) * 100:.1f}% {direction} 편이에요({said} 기준)",
        period=said,
        source=source,
    )


def stores_fact(place: str, trade: str, counts: Sequence[StoreCount]) -> MarketFact | None:
    """How many shops of the trade the place has, and what changed; `counts` come latest first."""
    if not counts or counts[0].stores == 0:
        return None
    now, said = counts[0], _month(counts[0].snapshot)
    phrase = f"{said} 기준 {place}의 {trade} 점포는 {now.stores:,}곳이에요"
    if now.opened is not None and now.closed is not None and len(counts) > 1:
        change = _turnover(_month(counts[1].snapshot), now.opened, now.closed)
        phrase = f"{said} 기준 {place}의 {trade} 점포는 {now.stores:,}곳이고, {change}"
    return MarketFact(topic="location", phrase=phrase, period=said, source=STORES_SOURCE)


def population_fact(place: str, period: str, total: float, bands: Mapping[int, float], source: str) -> MarketFact:
    """Residents, and the largest age band where all bands are known (`bands`: its first year → people)."""
    said = period_phrase(*read_stored(period))
    phrase = f"{place} 주민등록인구는 {said} {total:,.0f}명이에요"
    if bands:
        band, people = max(bands.items(), key=lambda item: item[1])
        share = people / sum(bands.values()) * 100
        name = _BANDS.get(band, f"{band}대")
        phrase = f"{place} 주민등록인구는 {said} {total:,.0f}명이고, {name}가 {share:.1f}%로 가장 많아요"
        phrase = phrase.replace("미만가", "미만이").replace("이상가", "이상이")
    return MarketFact(topic="location", phrase=phrase, period=said, source=source)


def sales_fact(trade: str, period: str, groups: Mapping[str, float], source: str) -> MarketFact | None:
    """When, and by whom, most is spent on a trade in Seoul ("hour:14_17" → 원). None without groups."""
    said = period_phrase(*read_stored(period))
    peaks = [peak for dimension in _GROUPS if (peak := _peak(dimension, groups))]
    if not peaks:
        return None
    return MarketFact(
        topic="location",
        phrase=f"서울 주요 상권의 {trade} 추정매출은 {said}에 {', '.join(peaks)} 비중이 가장 컸어요",
        period=said,
        source=source,
    )


def as_sample(fact: MarketFact) -> MarketFact:
    """The fact as what it is when its figures come from recorded replies: an example."""
    return fact.model_copy(update={"phrase": f"{_SAMPLE_MARK}{fact.phrase}", "source": SAMPLE_SOURCE})


def is_sample(source: str) -> bool:
    """Whether a stored source is a recorded one."""
    return source.startswith(SAMPLE_PREFIX)


def _turnover(since: str, opened: int, closed: int) -> str:
    if opened and closed:
        return f"{since} 집계보다 {opened:,}곳이 새로 등록되고 {closed:,}곳이 빠졌어요"
    if opened:
        return f"{since} 집계보다 {opened:,}곳이 새로 등록됐어요"
    return f"{since} 집계보다 {closed:,}곳이 빠졌어요" if closed else f"{since} 집계와 같은 점포들이에요"


def _peak(dimension: str, groups: Mapping[str, float]) -> str | None:
    found = {name: groups.get(f"{dimension}:{key}", 0.0) for key, name in _GROUPS[dimension].items()}
    total = sum(found.values())
    if total <= 0:
        return None
    name, amount = max(found.items(), key=lambda item: item[1])
    return f"{name}({amount / total * 100:.0f}%)"


def _difference(since: str, percent: float) -> str:
    """A clause without its ending: "1년 전보다 3.1% 높"."""
    if abs(percent) < _SAME_PERCENT:
        return f"{_with(since)} 비슷"
    return f"{since}보다 {abs(percent):.1f}% {'높' if percent > 0 else '낮'}"


def _with(word: str) -> str:
    """The word with 과 or 와, by whether its last syllable ends in a consonant."""
    return f"{word}{'과' if (ord(word[-1]) - ord('가')) % 28 else '와'}"


def _chained(changes: Sequence[str]) -> str:
    """Stems of adjectives as one sentence's end: 높 → "높고 … 낮아요"."""
    *firsts, last = changes
    joined = [f"{stem}{'하' if stem.endswith('비슷') else ''}고" for stem in firsts]
    ending = "해요" if last.endswith("비슷") else "아요"
    return " ".join([*joined, f"{last}{ending}"])


def _to(number: str) -> str:
    """로 or 으로 after a number that is read digit by digit after its point."""
    return "으로" if number[-1] in _CONSONANT_DIGITS else "로"


def _month(day: date) -> str:
    return f"{day.year}년 {day.month}월"
