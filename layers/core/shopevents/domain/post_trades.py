"""Which trade the shop of a post is in: by the words that name a place of business, before those that name goods."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from shopevents.catalog.files import read_toml
from shopevents.domain.industries import classify_industry
from shopevents.domain.regions import resolve_region
from shopevents.domain.shops import Trade
from shopevents.domain.trade_words import Sector, sectors_by_code, trade_words, words_of
from shopevents.domain.vocabulary import IndustryCategory

_SHORTEST = 2
# Posts repeat their words; some megabytes at most.
_REMEMBERED_WORDS = 20_000
_SHOP_OF = re.compile(r"([가-힣]{2,8})\s(?:매장|가게|전문점|샵)(?![가-힣]*(?:들|마다))")
_MARKETS = ("시장", "직판장", "판매장", "상회")
_TAG = re.compile(r"#([가-힣]{3,12})")
_PARTICLE = re.compile(
    r"(?:에서는|에서도|에서|에는|에도|에|은|는|이|가|을|를|의|와|과|도|로|으로|랑|입니다|이에요|예요|인데|이고|이며|이라|라고|님|만|까지|부터|들이|들)$"
)


@dataclass(frozen=True, slots=True)
class _Found:
    tier: int
    place: int
    word: str
    sector: Sector


def find_trade(title: str, body: str, prize: str | None) -> Trade | None:
    """The trade, or null where no word names one. Words of the prize count least: a nail salon gives coffee too."""
    given = "".join(words_of(prize or ""))
    found = [*_mentions(title, given, 0), *_mentions(body, given, 1_000)]
    if not found:
        return _by_shop_word(f"{title} {body}")
    best = min(found, key=lambda one: (one.tier, one.place))
    sector = best.sector
    return Trade(category=sector.category, code=sector.code, name=sector.name, ksic=sector.ksic, word=best.word.upper())


def _by_shop_word(text: str) -> Trade | None:
    """The trade of "반려동물 매장": no word of its own, but what stands before the word of a shop."""
    match = _SHOP_OF.search(text)
    trade = classify_industry(match[0]) if match and match[1] not in _words("no_goods") else None
    return trade if trade and trade.code and len(trade.code) > len("G2") else None


def tagged_places(text: str) -> list[str]:
    """Hashtags that end in a trade, in two words (#청주피자: 청주 피자 맛집), so that a place in them is seen."""
    found = [(tag, _word_in(tag)) for tag in _TAG.findall(text)]
    return [
        f"{tag.removesuffix(match[0])} {match[0]} 맛집." for tag, match in found if match and tag.endswith(match[0])
    ]


def _mentions(text: str, given: str, offset: int) -> Iterator[_Found]:
    for start in range(0, len(text), 300):  # words_of reads so many characters
        for place, token in enumerate(words_of(text[start : start + 300])):
            if match := _word_in(token):
                word, sector = match
                yield _Found(_tier(word, sector, given), offset + start + place, word, sector)


@lru_cache(_REMEMBERED_WORDS)
def _word_in(token: str) -> tuple[str, Sector] | None:
    """The longest known word that a token ends in, with or without its particle (봄날사진관에서: 사진관)."""
    bare = _PARTICLE.sub("", token)
    for form in (token, bare):
        for start in range(len(form) - _SHORTEST + 1):
            word = form[start:]
            if word in _words("misleading"):
                break
            if sector := _sector(word, whole=start == 0):
                return word, sector
    if named := next((word for word in _words("beginnings_of_names") if token.startswith(word)), None):
        return named, trade_words().sectors[named]
    return None


def _sector(word: str, *, whole: bool) -> Sector | None:
    known = trade_words()
    if len(word) > known.longest:
        return None
    sector = known.sectors.get(word)
    if sector is None and word.endswith(_MARKETS) and word != "시장":
        return sectors_by_code()["G2"]
    if (
        sector
        and not whole
        and len(word) == _SHORTEST
        and not _is_place(word)
        and word not in _words("endings_of_names")
    ):
        return None  # a piece of another word, not the end of a shop's name
    return sector


def _is_place(word: str) -> bool:
    return word.endswith(tuple(_words("places")))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(read_toml("curation/trades.toml")[name])


def _tier(word: str, sector: Sector, given: str) -> int:
    if given and word in given:
        return 3
    if word in trade_words().weak or not sector.is_specific:
        return 2 if _is_place(word) else 3
    if sector.category is IndustryCategory.OTHER:
        return 2
    return 0 if _is_place(word) else 1


def shop_names(text: str) -> set[str]:
    """Words that look like a shop's own name: a trade's word behind something that is no place and no trade
    (루나헤어, 할매국밥; not 홍대카페)."""
    names = set()
    for token in words_of(text):
        match = _word_in(token)
        bare = _PARTICLE.sub("", token)
        if match and bare.endswith(match[0]) and _is_own(bare.removesuffix(match[0])):
            names.add(bare)
    return names


@lru_cache(_REMEMBERED_WORDS)
def _is_own(beginning: str) -> bool:
    return len(beginning) >= _SHORTEST and beginning not in trade_words().sectors and not resolve_region(beginning).city
