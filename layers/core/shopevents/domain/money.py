"""Korean amounts of money, in 원: `30만원`, `1만 5천원`, `백만 원`, `₩1.2M`, `3~5만원`, `10만원 이하`, `30만원대`, 무료.

Ends are inclusive and null where open: 이하 and 이상 leave one end open, 미만 and 초과 exclude their own amount by one 원,
`30만원대` is 300000–399999.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from shopevents.domain.texts import fold_width

READ_CHARACTERS = 20_000
"""Amounts are looked for in the first so many characters."""

_SMALL = {"십": 10, "백": 100, "천": 1000}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_DIGITS = {digit: value for value, digit in enumerate("영일이삼사오육칠팔구")} | {"륙": 6}
_SCALES = {"k": 1000, "m": 10**6, "b": 10**9}

_NUMBER = r"\d{1,13}(?:\.\d{1,4})?"
_WORD = f"[{''.join(_DIGITS)}]"
_EXPRESSION = rf"(?:(?:(?:{_NUMBER}|{_WORD})?\s?[십백천만억조]\s?)++(?:{_NUMBER}|{_WORD}(?=\s?원))?|{_NUMBER})"
_NOT_WON = (
    "장|룸|데이|형|래|천|두|피스|하|할|한다|해|본|칙|인|목|석|산|서|금|플|웨이|단|활|탁"  # 원장, 원룸, 원데이, 원하는 …
)
_AMOUNT = re.compile(
    rf"(?P<sign>₩|\\|krw)?\s?(?P<expression>{_EXPRESSION})\s?(?P<scale>[kmb](?![a-z]))?여?\s?"
    rf"(?P<won>원(?!{_NOT_WON})|₩|krw|won(?![a-z]))?"
)
_TOKEN = re.compile(rf"{_NUMBER}|[가-힣]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))|(?<=[1-9])\.(?=\d{3}(?:\.\d{3})*\s?원)")  # also 5.000원
_TO = re.compile(r"\s?(?:~|-|–|—|∼|〜|에서|부터)\s?")
_FROM_TO = re.compile(r"(?:\s?짜리|\s?씩)?\s?(?P<open>이상|초과|부터|에서)[\s,]{0,2}(?:최대\s?)?")
_AT_MOST = re.compile(
    r"(?:\s?상당)?\s?(?:(?P<below>미만)|이하|이내|까지|한도|아래|안쪽|안으로|내로|(?:[을은]\s?)?(?:넘지|안\s?넘))"
)
_AT_LEAST = re.compile(r"(?:\s?상당)?\s?(?:(?P<above>초과)|이상|부터|(?:을\s?)?(?:넘는|넘게)|~|∼|〜)")
_BAND = re.compile(r"\s?대(?!출|신|여|비|상|행|표|회)")
_BETWEEN = re.compile(r"\s?[과와]\s?")
_TO_MOST = re.compile(r"\s?[,/~]?\s?(?:에서\s?)?최대\s?")
_MOST_BEFORE = re.compile(r"(?:최대|최고|≤|상한|많아야|많아도|기껏해야|(?<![\d원만천백억\s])~)\s?$|^\s?~\s?$")
_LEAST_BEFORE = re.compile(r"(?:최소|최저|하한|≥|적어도|못해도)\s?$")
_BARE_END = re.compile(
    r"\s*(?:$|[.,!?)\]/]|이하|이상|이내|미만|초과|까지|부터|대(?![가-힣])|정도|상당|선|~|∼|할인|예산|한도)"
)
_MAY_PRECEDE = "돈대소총각약당는은로고액금격비값품가"  # 단돈만원, 최대오만원, 상금백만원
_FREE = re.compile(r"무료|(?:비용|참가비|이용료)\s?(?:없음|없이)|공짜|무상(?!관)|(?<![a-z])free(?![a-z])")
_NUMBER_ONLY = re.compile(r"\s*\d{3,13}\s*")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount or a range in 원; a null end is open."""

    min: int | None
    max: int | None

    @property
    def point(self) -> int | None:
        """The amount itself where it is exactly one, else null."""
        return self.min if self.min == self.max else None


@dataclass(frozen=True, slots=True)
class _Amount:
    exact: Decimal
    unit: int
    start: int
    end: int
    stated: bool

    @property
    def value(self) -> int:
        """The amount in whole 원."""
        return int(self.exact)


def parse_money(text: str) -> Money | None:
    """The first amount that `text` states, 0 where it only says 무료, null where it states none. Never raises."""
    found = find_amounts(text)
    if found:
        return found[0]
    folded = _folded(text)
    if _NUMBER_ONLY.fullmatch(folded):
        return Money(int(folded), int(folded))
    return Money(0, 0) if _FREE.search(folded) else None


def find_amounts(text: str) -> tuple[Money, ...]:
    """Every amount or range of money in a sentence, in its order. Counts (300명), dates and percentages are none."""
    text = _folded(text)
    amounts = list(_amounts(text))
    found: list[Money] = []
    position = 0
    while position < len(amounts):
        amount = amounts[position]
        following = amounts[position + 1] if position + 1 < len(amounts) else None
        span = _range(text, amount, following) if following else None
        if span:
            found.append(span)
            position += 2
            continue
        if amount.stated:
            found.append(_bounded(text, amount))
        position += 1
    return tuple(found)


def _folded(text: str) -> str:
    return _THOUSANDS.sub("", fold_width(text[:READ_CHARACTERS]).lower())


def _amounts(text: str) -> Iterator[_Amount]:
    for match in _AMOUNT.finditer(text):
        expression = match["expression"].strip()
        if not _may_begin(text, match.start("expression"), expression):
            continue
        value = _value(expression) * _SCALES.get(match["scale"] or "", 1)
        money = bool(match["sign"] or match["won"])
        bare = expression[0].isdigit() and _has_large(expression) and bool(_BARE_END.match(text, match.end()))
        end = match.end() if money else match.start("expression") + len(expression)
        yield _Amount(value, _unit(expression), match.start(), end, stated=money or bare)


def _may_begin(text: str, start: int, expression: str) -> bool:
    """Numerals in letters must begin a word: 수십만 원 and 회원만 원해요 state no amount."""
    if expression[0].isdigit():
        return True
    if expression[0] in "억조":  # 조원동, 억새
        return False
    before = text[start - 1] if start else " "
    return not "가" <= before <= "힣" or before in _MAY_PRECEDE


def _has_large(expression: str) -> bool:
    """Whether it is an amount even without its 원: 30만, 4만5천."""
    return expression[-1] in "만억" or (expression[-1] in _SMALL and any(letter in _LARGE for letter in expression))


def _value(expression: str) -> Decimal:
    total = section = Decimal(0)
    number: Decimal | None = None
    for token in _TOKEN.findall(expression):
        if token in _SMALL:
            section += (Decimal(1) if number is None else number) * _SMALL[token]
            number = None
        elif token in _LARGE:
            total += (section + (number or 0) or 1) * _LARGE[token]
            section, number = Decimal(0), None
        else:
            number = Decimal(_DIGITS[token]) if token in _DIGITS else Decimal(token)
    return total + section + (number or 0)


def _unit(expression: str) -> int:
    """What the last number of an expression is multiplied by: 만 of `5만`, 백만 of `5백만`, 1 of `500`."""
    unit = 1
    for letter in reversed(expression):
        if letter not in _SMALL and letter not in _LARGE:
            break
        unit *= _SMALL.get(letter) or _LARGE[letter]
    return unit


def _range(text: str, low: _Amount, high: _Amount) -> Money | None:
    between = text[low.end : high.start]
    if not high.stated:
        return None
    opening = _FROM_TO.fullmatch(between)
    if opening and low.stated and _AT_MOST.match(text, high.end):
        least = low.value + (opening["open"] == "초과")
        return Money(least, _bounded(text, high).max)
    if not _TO.fullmatch(between) and not _is_between(text, low, high):
        return None
    least = _least(low, high)
    most = high.value if not _BAND.match(text, high.end) else _band_top(high.value)
    return Money(least, most) if least <= most else None


def _is_between(text: str, low: _Amount, high: _Amount) -> bool:
    """`30만원과 50만원 사이`, `최소 30만원 최대 50만원`."""
    between = text[low.end : high.start]
    if _BETWEEN.fullmatch(between):
        return text.startswith("사이", high.end + (text[high.end : high.end + 1] == " "))
    return bool(_TO_MOST.fullmatch(between) and _LEAST_BEFORE.search(text[max(0, low.start - 6) : low.start]))


def _least(low: _Amount, high: _Amount) -> int:
    """The low end in the unit of the high one: `30~50만원`, `1천~2천만원`, but `5천~1만원` as it stands."""
    shared = high.unit if low.unit == 1 else _large_of(high.unit)
    carries = not low.stated and low.unit < _LARGE["만"] and low.exact * shared <= high.exact
    return int(low.exact * shared) if carries else low.value


def _large_of(unit: int) -> int:
    return max((large for large in _LARGE.values() if unit % large == 0), default=1)


def _bounded(text: str, amount: _Amount) -> Money:
    value, before = amount.value, text[max(0, amount.start - 6) : amount.start]
    most, least = _AT_MOST.match(text, amount.end), _AT_LEAST.match(text, amount.end)
    if _BAND.match(text, amount.end):
        return Money(value, _band_top(value))
    if most:
        return Money(None, value - bool(most["below"]))
    if least:
        return Money(value + bool(least["above"]), None)
    if _MOST_BEFORE.search(before):
        return Money(None, value)
    return Money(value, None if _LEAST_BEFORE.search(before) else value)


def _band_top(value: int) -> int:
    """The end of `…원대`: as many 원 as the last digit that is not zero stands for."""
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    return value + step - 1
