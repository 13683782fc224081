"""What a post's event gives: a discount, or the things named before a word of giving."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from shopevents.catalog.files import read_table, read_toml
from shopevents.domain.post_text import signs
from shopevents.domain.texts import cut_text

LONGEST_PRIZE = 50
_SHORTEST_NAME = 2
_MOST_WORDS = 5

_PLUS_ONE = re.compile(r"([1-5])\s?\+\s?1(?!\d)")
_PERCENT = re.compile(
    r"(\d{1,2})\s?(?:%|퍼센트|프로)\s?(?:를|을|씩|의)?\s?(?:즉시\s?|추가\s?|얼리버드\s?|조기\s?|특별\s?|전\s?품목\s?|현장\s?)?(할인|세일|DC|dc|OFF|off|페이백|적립|쿠폰)"
    r"|(?:할인|세일|DC|dc|OFF|off)\s?(?:율\s?)?(\d{1,2})\s?(?:%|퍼센트|프로)|(?:첫\s?방문|할인)\D{0,8}(\d{1,2})\s?%"
)
_AMOUNT = re.compile(
    r"(\d[\d,.]*\s?(?:천|만|백|만\s?\d천)?\s?원)(?:씩|을|권)?\s?(?:즉시\s?|추가\s?)?(할인|쿠폰|DC|페이백|상품권|적립금|캐시백)"
)
_HALF = re.compile(r"반값|반\s?가격|절반\s?가격")

_FREE_LESSON = re.compile(r"무료\s((?:[가-힣]{1,6}\s)?(?:체험\s?수업|수업|클래스|특강|강좌|체험|입장|관람|상담|검사))")
_FIRST_PRIZE = re.compile(
    r"1등\s?(?:상품|경품|에게|에겐)?\s?(?:은|는|:|-)?\s?([가-힣A-Za-z0-9 ]{2,20}?)(?=[,.!/]|\s2등|을|를|\s?증정|\s?드|$)"
)
# Which part of a word a list speaks of; the whole word where nothing is said.
_ANCHORS = {"giving": ("^", ""), "clause_ends": ("", "$"), "first_ends": ("", "$"), "spans": ("^", "에?$")}
_LABELLED = re.compile(
    r"(?:경품|상품|선물|혜택|사은품|당첨\s?선물|이벤트\s?상품)\s?[:：]\s?([가-힣A-Za-z0-9][가-힣A-Za-z0-9 ]{1,24}?)(?=\s?(?:[(,.!/~]|기간|추첨|총|증정|드|발표|$))"
)
_GLUED = re.compile(r"(?<=[가-힣\d])(증정|제공|무료|서비스|지급)(?=$|[!.,)]|이라|합니다|해요|해\s|됩니다|드|까지)")
_EACH = re.compile(r"^(?:번|한\s?번|하나씩|한\s?개씩|하나|1개씩|씩)$")
_COUNTS = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "열": 10}
_SPELLED_COUNT = re.compile(
    r"(?<![가-힣])(한|두|세|네|다섯|열)\s(잔|개|병|장|컵|팩|봉지|봉|접시|그릇|조각|송이|박스|판|캔|마리|다발)(?![가-힣])"
)
_LONGER = re.compile(r"^\d+(?:개월|회|주|일|시간|박)$")
_RECIPIENT = re.compile(r"(?:께|에게|한테)$")
_DATE = re.compile(r"^\d{1,4}(?:년|월|일|/\d+|시|분)")
_PARTICLE = re.compile(
    r"(?<=[가-힣A-Za-z\d)])(?:을|를|(?<!볶|구|오|덮|핥|몰)이|(?<!추)가|과|와|이나|나|도|까지도|까지)$"
)
_TRIMMED = "()[]{}<>「」『』\"'“”‘’·,.!?:;~…-+*#/ "
_CLAUSE = re.compile(r"(?<!\d)[,，]\s?|[,，](?!\d)\s?|[!?:]\s?|\s-\s|(?<=\D)\.\s?|\s?→\s?|➡")


def find_prize(title: str, sentences: tuple[str, ...]) -> str | None:
    """The prize as the post names it, at most 50 characters: "아메리카노 1잔", "20% 할인", "1+1". Null where it names
    none. Sentences come before the title, which often only announces."""
    texts = [*sentences, title]
    found = [prize for text in texts if (prize := _first_prize(text))]
    return cut_text(canonical_prize(found[0]), LONGEST_PRIZE) if found else None


def all_prizes(texts: Iterable[str]) -> set[str]:
    """Every discount and every thing that sentences name as given, each by its canonical name."""
    found: set[str] = set()
    for text in texts:
        found.update(name for _, name in _discounts(text))
        found.update(name for clause in _CLAUSE.split(text) for name in _all_given(clause))
    return {canonical_prize(name) for name in found if not name.endswith(("할인", "할인해")) or name[0].isdigit()}


def canonical_prize(prize: str) -> str:
    """A drink or a voucher that is known under several names, by its one name (아아 한 잔: 아메리카노 1잔).

    Other things keep the name that the post gives them: a class of things (촬영권 for a 액자) would say less.
    """
    counted = _SPELLED_COUNT.sub(lambda match: f"{_COUNTS[match[1]]}{match[2]}", prize)
    words = counted.split()
    amount = words.pop() if len(words) > 1 and _is("amounts", words[-1]) else ""
    name = _known_names().get("".join(words).lower())
    return f"{name} {amount}".strip() if name else counted


def _is(kind: str, word: str) -> bool:
    """Whether a word is of a kind that `catalog/curation/prizes.toml` lists."""
    return bool(_pattern(kind).search(word))


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    before, after = _ANCHORS.get(kind, ("^", "$"))
    return re.compile(f"{before}(?:{'|'.join(read_toml('curation/prizes.toml')[kind])}){after}")


@cache
def _known_names() -> Mapping[str, str]:
    rows = read_table("prize_names.csv")
    return {
        word.replace(" ", "").lower(): row["name"]
        for row in rows
        if row["name"] and (row["unit"] == "잔" or row["name"].endswith("상품권"))
        for word in (row["name"], *row["words"].split("|"))
    }


def _first_prize(text: str) -> str | None:
    """The first of a discount and a gift in a sentence."""
    candidates = [found for found in (_discount(text), _gift(text)) if found]
    return min(candidates)[1] if candidates else None


def _discount(text: str) -> tuple[int, str] | None:
    return min(_discounts(text), default=None)


def _discounts(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if match := _PLUS_ONE.search(text):
        found.append((match.start(), f"{match[1]}+1"))
    if match := _PERCENT.search(text):
        kind = match[2] if match[2] in {"페이백", "적립", "쿠폰"} else "할인"
        percent = match[1] or match[3] or match[4]
        found.append((match.start(), f"{percent}% {kind}" if kind != "쿠폰" else f"{percent}% 할인 쿠폰"))
    if match := _AMOUNT.search(text):
        kind = "할인" if match[2] == "DC" else match[2]
        found.append((match.start(), f"{match[1].replace(' ', '')} {kind}"))
    if match := _HALF.search(text):
        found.append((match.start(), "반값 할인"))
    return found


def _gift(text: str) -> tuple[int, str] | None:
    named = _LABELLED.search(text) or _FREE_LESSON.search(text) or _FIRST_PRIZE.search(text)
    if named and (name := _judged(named[1].split())):
        return named.start(1), name
    position = 0
    for clause in _CLAUSE.split(text):
        if clause and (name := _given(clause)):
            return text.find(name.split()[0], max(0, position - 1)), name
        position += len(clause)
    return None


def _given(clause: str) -> str | None:
    return next(_all_given(clause), None)


def _all_given(clause: str) -> Iterator[str]:
    """The words before each word of giving, back to where they stop naming a thing."""
    words = _GLUED.sub(r" \1", clause).split()
    for place, word in enumerate(words):
        gives = place and _is("giving", word)
        if gives and not (word == "선물" and words[place + 1 : place + 2] == ["세트"]):
            name = _name_before(words[:place], more=word.startswith("연장"))
            if name:
                yield name


def _name_before(words: list[str], *, more: bool) -> str | None:
    """What the last of the words name. `more`: one gets more of what was named before."""
    rest = [word for word in words if not _EACH.match(word)]
    more = more or (bool(rest) and rest[-1] in {"더", "추가로"})
    _drop_manner(rest)
    name: list[str] = []
    while rest and len(name) < _MOST_WORDS:
        word = rest.pop().strip(_TRIMMED)
        bare = _bare(word, name)
        if not name and _is("verbs", bare) and not _is("things", bare):
            continue
        if not bare or _is_boundary(bare, first=not name):
            break
        name.insert(0, bare)
    if more and name and all(_is("amounts", word) for word in name):
        return _same_again(name, rest)
    return _judged(name)


def _drop_manner(words: list[str]) -> None:
    """Takes away from the end how, to whom and for how long it is given (곱빼기로, 손님께, 3월 한 달, 무료로)."""
    if len(words) > 1 and words[-1].endswith("로") and words[-2].endswith(("을", "를")):
        words.pop()
    while words and (_RECIPIENT.search(words[-1]) or _is("spans", words[-1])):
        words.pop()
    while words and (_is("skipped", words[-1]) or _EACH.match(words[-1])):
        words.pop()


def _bare(word: str, name: list[str]) -> str:
    """A word without its particle: the last of a name has any, one before an amount only that of an object."""
    if not name:
        return _PARTICLE.sub("", word)
    return word.removesuffix("을").removesuffix("를") if _is("amounts", name[0]) else word


def _same_again(quantity: list[str], before: list[str]) -> str | None:
    """What one gets more of: "하이볼 한 잔 주문하면 한 잔 더", "3개월 등록하면 1개월 더"."""
    if _LONGER.match(quantity[-1]):
        return " ".join(quantity)
    for place in range(len(before) - 1, 0, -1):
        if before[place] == quantity[-1] or before[place : place + len(quantity)] == quantity:
            noun = [word for word in before[:place] if not _is("amounts", word) and not _is("no_prizes", word)]
            return " ".join([_PARTICLE.sub("", noun[-1]), *quantity]) if noun else None
    return None


def _is_boundary(word: str, *, first: bool) -> bool:
    """Whether a word belongs to what people do, and not to the name of what they get."""
    if _is("amounts", word) or _is("things", word):
        return False
    if _DATE.match(word) or (not first and word.endswith(("을", "를")) and len(word) > 1):
        return True
    return _is("first_ends" if first else "clause_ends", word)


def _judged(words: list[str]) -> str | None:
    while words and (_is("no_prizes", words[0]) or (len(words) > 1 and words[0].endswith(("한", "된", "는", "던")))):
        words = words[1:]
    name = " ".join(words).strip(_TRIMMED)
    if words and words[-1].endswith(("는", "없는", "있는")):
        return None
    nouns = [word for word in words if not _is("amounts", word) and not _is("no_prizes", word)]
    if not nouns or len(name) < _SHORTEST_NAME or signs("instructions").search(name):
        return None
    return name
