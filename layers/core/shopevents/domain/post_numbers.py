"""Numbers that a post states of its event: cost, people who took part, ROI. A menu's price is none of them."""

import re
from dataclasses import dataclass

from shopevents.domain.counts import parse_roi
from shopevents.domain.money import find_amounts

_MONEY = r"(?P<money>\d[\d,.]*\s?(?:억|천만|백만|만|천)?\s?(?:\d천\s?)?원)"
_COST = (
    re.compile(
        rf"(?:이벤트|행사|총|광고|홍보|재료|경품|제작|전체|진행|마케팅)?\s?(?:비용|재료비|예산|경품비|제작비|광고비|홍보비)(?:은|는|이|가|을|를|으로|로|까지)?\s?(?:총|약|합쳐|모두|다|해서|합해|대략)?\s?.{{0,8}}?{_MONEY}"
    ),
    re.compile(
        rf"{_MONEY}(?:이|가|을|를|정도|쯤|가량)?\s?(?:정도|쯤|가량)?\s?(?:들었|들여|들어갔|들인|들어간|썼|투자|지출|소요|사용했|집행)"
    ),
)
_NOT_COST = re.compile(
    r"(?:무료|할인|매출|판매|이상\s?(?:구매|주문|결제)|상당|쿠폰|상품권|월세|임대료|보증금|창업|인테리어|관리비|원가)"
)
_PEOPLE = r"(?P<people>\d[\d,]*|[\d.]+\s?만|\d+\s?천)\s?여?\s?(?:명|분|팀|건|개\s?팀)"
_JOINED = re.compile(
    rf"{_PEOPLE}(?:이|가|께서|의|정도|넘게|이나|이\s?넘는|가까이|도)?\s?.{{0,12}}?(?:참여|응모|참가|방문|다녀가|신청|몰려|몰렸|찾아|오셨|함께했|함께해|이용|모였|모여|등록|성공|왔)\S{{0,3}}(?:했|하셨|해\s?주셨|해\s?주신|주셨|주신|셨|렸|갔|였|었|왔|하였|한\s?이벤트|$|\)|,)"
)
_TOOK_PART = re.compile(
    rf"(?:참여자|참가자|응모자|참여\s?인원|참여|응모|방문객)(?:가|는|은|이|수는|\s?수|:)?\s?(?:총|약|모두)?\s?{_PEOPLE}(?!\s?(?:추첨|선착순|한정|에게|께|을\s?뽑|모집))"
)
_WHO_JOINED = re.compile(rf"(?:참여|응모|신청)해\s?주신\s?(?:총\s?)?{_PEOPLE}")
_LIMITED = re.compile(r"(?:선착순|추첨|매일|매주|당첨자?|총|단|한정|모집|정원|최대)\s?$")
_MOST_PEOPLE = 10_000_000
_ROI_RANGE = (-100.0, 100_000.0)


@dataclass(frozen=True, slots=True)
class Numbers:
    """`cost` in 원, `participants` in people, `roi` in %. Null where not stated."""

    cost: int | None = None
    participants: int | None = None
    roi: float | None = None


def find_numbers(sentences: tuple[str, ...]) -> Numbers:
    """The numbers that sentences state of the event."""
    return Numbers(
        cost=next((cost for text in sentences if (cost := _cost(text)) is not None), None),
        participants=next((people for text in sentences if (people := _participants(text)) is not None), None),
        roi=next((roi for text in sentences if (roi := _roi(text)) is not None), None),
    )


def _cost(text: str) -> int | None:
    for pattern in _COST:
        match = pattern.search(text)
        amounts = find_amounts(match["money"]) if match else ()
        if match and amounts and not _NOT_COST.search(text[max(0, match.start() - 10) : match.end() + 8]):
            return amounts[0].point
    return None


def _participants(text: str) -> int | None:
    for pattern in (_JOINED, _WHO_JOINED, _TOOK_PART):
        for match in pattern.finditer(text):
            before = text[: match.start("people")].rstrip()
            if pattern is _JOINED and _LIMITED.search(before) and not before.endswith("총"):
                continue
            return _people(match["people"])
    return None


def _people(text: str) -> int | None:
    number = re.sub(r"[,\s]", "", text)
    factor = 10_000 if number.endswith("만") else 1_000 if number.endswith("천") else 1
    try:
        people = int(float(number.rstrip("만천")) * factor)
    except ValueError:
        return None
    return people if people <= _MOST_PEOPLE else None


def _roi(text: str) -> float | None:
    stated = parse_roi(text)
    roi = stated.point if stated else None
    return roi if roi is not None and _ROI_RANGE[0] <= roi <= _ROI_RANGE[1] else None
