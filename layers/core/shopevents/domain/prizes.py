"""What an event gives, in one name per thing: 아아, 커피 쿠폰 and 아메리카노 기프티콘 are all 아메리카노.

Rows of `prize_names.csv` without a name hold things that are called what they are (에어팟), with their usual unit.
"""

import re
from dataclasses import dataclass
from functools import cache

from shopevents.catalog.files import read_table
from shopevents.domain.money import find_amounts
from shopevents.domain.texts import clean_text, cut_text, fold_width

NAME_LIMIT = 20
"""A prize's name holds at most so many characters, as the plans' contract has it."""

READ_CHARACTERS = 1_000
"""A prize is looked for in the first so many characters."""

_UNITS = "잔|장|매|개|명|병|판|마리|세트|박스|봉|권|회|인분|인|점|돈|대|송이|캔|팩|p|포인트|kg|g|근|줄|조각|켤레|벌|통|종|박|곳|그릇|접시|시간|개월|일|번|컵|부"
_SPELLED = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10}
_QUANTITY = re.compile(
    rf"(?<![\d,.+])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})\s?(?P<unit>{_UNITS})(?![가-힣a-z]*?월)(?!더하기)"
    rf"|(?<![가-힣])(?P<word>{'|'.join(_SPELLED)})(?!\s?일)\s?(?P<counter>{_UNITS})(?![가-힣])",
    re.IGNORECASE,
)
_PEOPLE = ("명", "인", "곳")
_LASTING = ("박", "일", "시간", "개월")
"""Units that describe the prize (1박 숙박권 2장) where another amount is stated."""

_CANONICAL_UNIT = {"p": "점", "포인트": "점", "번": "회"}
_PERCENT = re.compile(r"\d{1,3}\s?(?:%|퍼센트|프로)")
_REST = re.compile(
    r"[\d,.]+\s?(?:만|천)?\s?원\S{0,2}|선착순|추첨|무료|증정|제공|\([^)]*\)|최대|총|매일|매월|전원|전\s?고객"
)
_AFTER_A_LETTER = "(?![가-힣])|(?=(?:세트|선물|쿠폰|교환권|권|[한두세네]\\s?[가-힣]|을|를|과|와|이나|하고))"
"""What a name of one letter needs after it: 떡 is a prize, 떡볶이 another one."""

_EDGES = " ,.·+-~/()[]!?:;\"'“”‘’"


@dataclass(frozen=True, slots=True)
class Prize:
    """`name` is canonical where the prize is known, else the owner's cleaned words (null where there are none);
    `quantity` of `unit` goes to one winner, null without a name; `won` is the value that the text states, in 원."""

    name: str | None
    quantity: int | None
    unit: str | None
    won: int | None


def parse_prize(text: str) -> Prize:
    """The first prize of a text with its amount: a stated number of people (5명) is not a quantity. Never raises."""
    text = fold_width(clean_text(text[:READ_CHARACTERS]))
    name, unit = _known(text) or (_own_words(text), None)
    number, counter = _quantity(text)
    return Prize(name=name, quantity=number if name else None, unit=counter or unit, won=_won(text))


def prize_name(text: str) -> str | None:
    """The canonical name of a prize, or null where it is none that is known."""
    known = _known(fold_width(clean_text(text[:READ_CHARACTERS])))
    return known[0] if known else None


def _known(text: str) -> tuple[str, str] | None:
    """The name and the usual unit of the prize that is named first; at one place the longest name counts."""
    pattern, names = _names()
    match = pattern.search(text.lower())
    return names[re.sub(r"\s", "", match[0])] if match else None


@cache
def _names() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    names: dict[str, tuple[str, str]] = {}
    spaced: list[str] = []
    for row in read_table("prize_names.csv"):
        for word in filter(None, (row["name"], *row["words"].split("|"))):
            names.setdefault(word.lower().replace(" ", ""), (row["name"] or word, row["unit"]))
            spaced.append(word.lower())
    alternatives = "|".join(_loosely(word) for word in sorted(set(spaced), key=len, reverse=True))
    return re.compile(
        rf"(?<![가-힣a-z])(?:{alternatives})(?:(?<![^가-힣][가-힣])(?<!^[가-힣])|{_AFTER_A_LETTER})"
    ), names


def _loosely(word: str) -> str:
    return r"\s?".join(re.escape(part) for part in word.split())


def _quantity(text: str) -> tuple[int, str | None]:
    stated = [amount for match in _QUANTITY.finditer(text) if (amount := _amount(match))[1] not in _PEOPLE]
    counted = [amount for amount in stated if amount[1] not in _LASTING]
    return next(iter(counted or stated), (1, None))


def _amount(match: re.Match[str]) -> tuple[int, str]:
    unit = (match["unit"] or match["counter"]).lower()
    number = int(match["number"].replace(",", "")) if match["number"] else _SPELLED[match["word"]]
    return number, _CANONICAL_UNIT.get(unit, unit)


def _won(text: str) -> int | None:
    stated = [money for money in find_amounts(text) if money.point]
    return stated[0].point if stated else None


def _own_words(text: str) -> str | None:
    words = _PERCENT.sub(lambda match: match[0].replace(" ", ""), _REST.sub(" ", _QUANTITY.sub(" ", text)))
    return cut_text(" ".join(words.split()).strip(_EDGES), NAME_LIMIT) or None
