"""Whether two posts tell of the same shop event, though they are not the same text.

Copies are edited: typos, spaces, emoji, particles, the order of sentences. So posts are compared by the character
3-grams of their letters, and what their texts state decides the rest: posts alike in words that state different facts
(another district, another percentage, another month) tell of different events of the same format.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from shopevents.catalog.files import read_table
from shopevents.domain.cases import Case
from shopevents.domain.gazetteer import find_mentions
from shopevents.domain.money import find_amounts
from shopevents.domain.post_mechanics import all_mechanics
from shopevents.domain.post_prizes import all_prizes
from shopevents.domain.post_trades import shop_names
from shopevents.domain.texts import clean_text, fold_width

GRAM = 3
PERMUTATIONS = 128
BANDS = 32
ROWS = PERMUTATIONS // BANDS
"""Two texts of Jaccard similarity s share a band with probability 1 − (1 − s⁴)³²: 0.99 at 0.6, 0.87 at 0.5, 0.05 at 0.2
(`docs/adr/near-duplicates.md`)."""

ALIKE = 0.5
"""From this estimated Jaccard similarity on, texts whose facts agree are the same event."""

FULLEST_BUCKET = 50
"""Of a bucket that holds more cases than this, so many are looked at: it says little about any of them."""

MOST_COMPARED = 30
"""So many cases are compared with a post: those that share the most bands with it. A copy of similarity 0.6 shares 4 of
32, one of the median 0.9 shares 21."""

SHORTEST = 20
"""Letters. Shorter texts are alike by chance; they are compared by link and content alone."""

MOST_FACTS = 40
_READ_CHARACTERS = 3_000

_NOT_LETTER = re.compile(r"[^0-9a-z가-힣]+")
_PERCENT = re.compile(r"(\d{1,3})\s?(?:%|퍼센트|프로)")
_DATE = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s?(?:월\s?|[/.]\s?)(3[01]|[12]\d|0?[1-9])(?!\d|\s?%|\.\d)")
_MONTH = re.compile(r"(?<![\d.])(1[0-2]|[1-9])\s?월")
_COUNT = re.compile(r"(\d{1,4})\s?(명|인|분|팀|개월|회|번|시간|주년|일간|박)(?![가-힣]*월)")
_PLUS = re.compile(r"([1-9])\s?\+\s?([1-9])(?!\d)")
_LAUGHTER = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]+")
_AMOUNT = re.compile(r"\s\d[\d,]*\s?\S{1,3}$")
_SENTENCE = re.compile(r"(?<=[.!?~])\s+")
_LONGEST_FACT = 80
_WORDS = frozenset({"name", "gift", "spot"})


def comparable(text: str) -> str:
    """The letters and digits of a text, as they are compared: no case, no spaces, no marks."""
    return _NOT_LETTER.sub("", fold_width(clean_text(text[:_READ_CHARACTERS])).lower())


def shingles(letters: str) -> list[str]:
    """The character 3-grams of `comparable` letters; none for a text that is too short to be compared."""
    if len(letters) < SHORTEST:
        return []
    return [letters[start : start + GRAM] for start in range(len(letters) - GRAM + 1)]


def facts_of(text: str, case: Case) -> frozenset[str]:
    """What a text states, as "kind:value": at most 40, for comparison with another text's."""
    plain = fold_width(_LAUGHTER.sub(" ", clean_text(text[:_READ_CHARACTERS]))).lower()
    found = {fact for fact in _facts(plain) if len(fact) <= _LONGEST_FACT}
    if case.prize:
        found.add(f"gift:{_without_amount(case.prize)}")
    return frozenset(sorted(found)[:MOST_FACTS])


def contradict(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two sets of facts can't be of one event: of some kind, each states something that the other does not.
    What only one of them states is no contradiction: copies leave things out. Words may be misspelt."""
    mine, theirs = _by_kind(one), _by_kind(other)
    for kind in mine.keys() & theirs.keys():
        only_mine, only_theirs = mine[kind] - theirs[kind], theirs[kind] - mine[kind]
        if kind in _WORDS:
            only_mine, only_theirs = _unlike(only_mine, theirs[kind]), _unlike(only_theirs, mine[kind])
        if only_mine and only_theirs:
            return True
    return False


def _facts(text: str) -> Iterator[str]:
    yield from (f"percent:{match[1]}" for match in _PERCENT.finditer(text))
    yield from (f"won:{money.min}-{money.max}" for money in find_amounts(text))
    yield from (f"day:{int(match[1])}-{int(match[2])}" for match in _DATE.finditer(text))
    yield from (f"month:{match[1]}" for match in _MONTH.finditer(text))
    yield from (f"{match[2]}:{int(match[1])}" for match in _COUNT.finditer(text) if int(match[1]) > 1)
    yield from (f"plus:{match[1]}+{match[2]}" for match in _PLUS.finditer(text))
    yield from (f"prize:{name}" for name in _prizes_in(text))
    yield from (f"gift:{_without_amount(name)}" for name in all_prizes(_SENTENCE.split(text)))
    yield from (f"mechanic:{mechanic}" for mechanic in all_mechanics(text))
    yield from (f"name:{name}" for name in shop_names(text))
    yield from (f"spot:{text[found.start : found.end]}" for found in find_mentions(text) if not found.needs_context)


def _without_amount(prize: str) -> str:
    return _AMOUNT.sub("", prize) or prize


def _by_kind(facts: Iterable[str]) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for fact in facts:
        kind, _, value = fact.partition(":")
        kinds.setdefault(kind, set()).add(value)
    return kinds


def _unlike(words: set[str], others: set[str]) -> set[str]:
    """Words of which no other is a form: misspelt by one syllable, or run together with a neighbour."""
    return {word for word in words if not any(_is_form(word, other) for other in others)}


def _is_form(one: str, other: str) -> bool:
    shorter, longer = sorted((one.replace(" ", ""), other.replace(" ", "")), key=len)
    if shorter in longer:
        return True
    if len(shorter) < GRAM or len(longer) - len(shorter) > 1:
        return False
    if len(longer) == len(shorter):
        return sum(a != b for a, b in zip(shorter, longer, strict=True)) <= 1
    return any(longer[:cut] + longer[cut + 1 :] == shorter for cut in range(len(longer)))


def _prizes_in(text: str) -> set[str]:
    pattern, names = _prize_words()
    return {names[match[0].replace(" ", "")] for match in pattern.finditer(text)}


@cache
def _prize_words() -> tuple[re.Pattern[str], dict[str, str]]:
    names: dict[str, str] = {}
    spellings: set[str] = set()
    for row in read_table("prize_names.csv"):
        for word in filter(None, (row["name"], *row["words"].split("|"))):
            spellings.add(word.lower())
            names.setdefault(word.lower().replace(" ", ""), row["name"] or word)
    ordered = sorted((word for word in spellings if len(word) > 1), key=len, reverse=True)
    words = "|".join(r"\s?".join(map(re.escape, word.split())) for word in ordered)
    return re.compile(rf"(?<![가-힣a-z])(?:{words})"), names
