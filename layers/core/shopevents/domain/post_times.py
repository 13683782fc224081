"""When the event of a post takes place, and what it is for: month, season, occasion."""

import re
from datetime import date, timedelta
from functools import cache

from shopevents.catalog.files import read_table
from shopevents.domain.seasons import When, parse_when, season_of
from shopevents.domain.vocabulary import Season

_MOST_MONTHS_APART = 3
_DIGIT = re.compile(r"\d")
_PERIOD = re.compile(r"까지|부터|기간|동안|한\s?달|내내|[~∼-]|하루|당일|진행|열|개최|\(|발표|맞이|마감|일정|매주")
_RELATIVE = (
    (
        re.compile(r"(?:다음\s?달|내달)\s?(?:까지|말|한\s?달|동안|부터|내내|중|\d+일|첫|에\s?(?:엽|열|진행|오픈))"),
        "next month",
    ),
    (re.compile(r"(?:이번\s?달|이달|금월)\s?(?:까지|말|한\s?달|동안|부터|내내|중|\d+일|에만|의|만)"), "this month"),
    (
        re.compile(r"(?:오늘|내일|이번\s?주말|이번\s?주|금주)\s?(?:까지|부터|하루|단|만|동안|진행|열|오픈)"),
        "this month",
    ),
)
_SEASON_WORD = re.compile(
    r"(봄|여름|가을|겨울)(?=\s?(?:맞이|시즌|한정|방학|동안|내내|휴가|이벤트|행사|신메뉴|세일|정기|밤|바캉스|특별|철|\s))"
)
_SUMMER_WORDS = re.compile(r"장마|복날|초복|중복|말복|바캉스|피서|무더위|폭염")
_WINTER_WORDS = re.compile(r"설\s?(?:명절|연휴|맞이)|설날|구정|한파")
_AUTUMN_WORDS = re.compile(r"추석|한가위|단풍")


def find_when(title: str, sentences: tuple[str, ...], posted_on: date | None) -> When:
    """When the event begins, as the post says it. "이번 달" counts from the day of the post; that day alone says
    nothing."""
    texts = [title, *sentences]
    text = " ".join(texts)
    month = _dated(texts) or _relative(text, posted_on) or _near(parse_when(text).month, posted_on)
    return When(season_of(month), month) if month else When(_season(text))


def find_occasion(text: str) -> str | None:
    """What the event is for ("오픈", "수능"): the first that the text names."""
    found = [(match.start(), name) for pattern, name in _occasions() if (match := pattern.search(text))]
    return min(found)[1] if found else None


def _dated(texts: list[str]) -> int | None:
    """The month of the first sentence that speaks of a period and names one."""
    dated = (text for text in texts if _PERIOD.search(text) and _DIGIT.search(text))
    return next((month for text in dated if (month := parse_when(text).month)), None)


def _near(month: int | None, posted_on: date | None) -> int | None:
    """The month of an occasion, unless the post is from another time of the year (개학 in August)."""
    if month is None or posted_on is None:
        return month
    apart = abs(month - posted_on.month)
    return month if min(apart, 12 - apart) <= _MOST_MONTHS_APART else None


def _relative(text: str, posted_on: date | None) -> int | None:
    if posted_on is None:
        return None
    for pattern, meaning in _RELATIVE:
        if pattern.search(text):
            following = posted_on.replace(day=1) + timedelta(days=31)
            return following.month if meaning == "next month" else posted_on.month
    return None


def _season(text: str) -> Season | None:
    if found := _SEASON_WORD.search(text):
        return Season(found[1])
    words = ((_SUMMER_WORDS, Season.SUMMER), (_WINTER_WORDS, Season.WINTER), (_AUTUMN_WORDS, Season.AUTUMN))
    return next((season for pattern, season in words if pattern.search(text)), None)


@cache
def _occasions() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), row["name"]) for row in read_table("curation/occasions.csv"))
