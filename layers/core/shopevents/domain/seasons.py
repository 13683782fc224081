"""When something happens: the season and, where it is known, the month of a date, a period or an occasion.

A period counts as the month in which it begins. 설날 and 추석 move between months, so that their month is only known
with a year. Seasons are meteorological: 봄 is March to May.
"""

import re
from dataclasses import dataclass
from functools import cache

from shopevents.catalog.files import read_table
from shopevents.domain.texts import clean_text, fold_width
from shopevents.domain.vocabulary import Season

READ_CHARACTERS = 20_000
"""Dates and occasions are looked for in the first so many characters."""

_SEASON_OF_QUARTER = (Season.WINTER, Season.SPRING, Season.SUMMER, Season.AUTUMN)
_MONTHS = 12
_DAYS = 31

_YEAR = re.compile(r"(?<!\d)(?:(?P<full>(?:19|20)\d{2})(?!\d)|['’](?P<short>\d{2})(?!\d)|(?P<word>\d{2})\s?년)")
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?:19|20)\d{2}\s?(?:[-./]|년)\s?(?P<month>\d{1,2})(?!\d)(?!\s?(?:년|주년))",
        r"(?<!\d)(?:19|20)\d{2}(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
        r"(?<!\d)(?P<month>\d{1,2})\s?(?:월\s?)?(?:[~\-–∼〜]|에서|부터)\s?\d{1,2}\s?월(?!호)",
        r"(?<!\d)(?P<month>\d{1,2})\s?월",
        r"(?<![\d.])\d{2}\.\s?(?P<month>\d{1,2})\.\s?\d{1,2}(?!\d)",
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])",
        r"(?<![\d.])(?P<month>\d{1,2})\.\s?(?P<day>\d{1,2})\.?(?=\s?[(~\-–∼〜]|\s?까지|\s?부터|\s?$)",
    )
)
_MONTH_WORDS = {
    word: month
    for month, word in enumerate(
        ("일월", "이월", "삼월", "사월", "오월", "유월", "칠월", "팔월", "구월", "시월", "십일월", "십이월"), start=1
    )
}
_MONTH_WORD = re.compile(rf"(?<![가-힣])(?:{'|'.join(_MONTH_WORDS)})(?=\s|$|[의에은이초말중한,.~])")
_SHORT_WORD_GOES_ON = "에엔의은을이도날연명선맞당장특세시대한과나"
_SPACED_ENDING = re.compile(r"(?<!^)(?=(?:의?날|의?달|데이|축제|방학|휴가|연휴|시즌|철|명절|선물|프라이데이)$)")
_LUNAR = ("설날", "추석", "부처님오신날")


@dataclass(frozen=True, slots=True)
class When:
    """A season and a month (1 to 12), each null where the text leaves it open."""

    season: Season | None = None
    month: int | None = None


def season_of(month: int) -> Season:
    """The season of a month (1 to 12)."""
    return _SEASON_OF_QUARTER[month % _MONTHS // 3]


def month_label(month: int) -> str:
    """How a sentence names a month: "11월"."""
    return f"{month}월"


def parse_when(text: str) -> When:
    """The season and month of a date, a period, an occasion (크리스마스, 수능, 개강) or a season's name. Never raises."""
    text = fold_width(clean_text(text[:READ_CHARACTERS])).lower()
    month = _dated(text) or _spelled(text)
    return When(season_of(month), month) if month else _occasion(text)


def _dated(text: str) -> int | None:
    found = [(match.start(), order, match) for order, date in enumerate(_DATES) for match in date.finditer(text)]
    for _, _, match in sorted(found, key=lambda entry: entry[:2]):
        month, day = int(match["month"]), int(match.groupdict().get("day") or 1)
        if 1 <= month <= _MONTHS and 1 <= day <= _DAYS:
            return month
    return None


def _spelled(text: str) -> int | None:
    match = _MONTH_WORD.search(text)
    return _MONTH_WORDS[match[0]] if match else None


def _occasion(text: str) -> When:
    pattern, known = _occasions()
    named = [match for match in pattern.finditer(text) if _stands(text, match)]
    if not named:
        return When()
    whens = [_in_year(text, match[0], known["".join(match[0].split())]) for match in named]
    return next((when for when in whens if when.month), whens[0])


def _stands(text: str, match: re.Match[str]) -> bool:
    """Whether a word of one letter (설, 봄) is that word: not 해봄, not 설탕."""
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    if len(match[0]) > 1:
        return True
    begins = not "가" <= before <= "힣" or before in "올새늦초"
    return begins and (not "가" <= after <= "힣" or after in _SHORT_WORD_GOES_ON)


def _in_year(text: str, word: str, when: When) -> When:
    lunar = next((holiday for holiday in _LUNAR if word.startswith(_stem(holiday)) or word in _ALIASES[holiday]), None)
    year = _year(text) if lunar else None
    month = _lunar_months().get((year, lunar)) if year and lunar else None
    return When(season_of(month), month) if month else when


_ALIASES = {"설날": ("구정", "음력설"), "추석": ("한가위", "중추절"), "부처님오신날": ("석가탄신일", "초파일")}


def _stem(holiday: str) -> str:
    return "설" if holiday == "설날" else holiday


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    if match is None:
        return None
    return int(match["full"]) if match["full"] else 2000 + int(match["short"] or match["word"])


@cache
def _lunar_months() -> dict[tuple[int, str], int]:
    rows = read_table("lunar_holidays.csv")
    return {(int(row["year"]), holiday): int(row[holiday]) for row in rows for holiday in _LUNAR}


@cache
def _occasions() -> tuple[re.Pattern[str], dict[str, When]]:
    known: dict[str, When] = {}
    for row in read_table("occasions.csv"):
        when = When(Season(row["season"]), int(row["month"]) if row["month"] else None)
        known.update(dict.fromkeys(row["words"].replace(" ", "").split("|"), when))
    words = "|".join(_loosely(word) for word in sorted(known, key=len, reverse=True))
    return re.compile(words), known


def _loosely(word: str) -> str:
    """A pattern that takes a word with and without its spaces: 어린이날, 어린이 날."""
    return _SPACED_ENDING.sub(r"\\s?", re.escape(word))
