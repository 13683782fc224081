"""Which 업종 a word means.

Korean names its trades head-last (한우 고깃집, 24시 무인 세탁소): the last known word decides. Of a list (서점·북카페) the
first member with a known word does.
"""

import re
from dataclasses import dataclass

from shopevents.domain.shops import Trade
from shopevents.domain.texts import clean_text, cut_text
from shopevents.domain.trade_words import Sector, TradeWords, sectors_by_code, trade_words, words_of
from shopevents.domain.vocabulary import IndustryCategory

WORD_LIMIT = 20
"""`Trade.word` holds at most so many characters: it becomes part of a prompt and of cache keys."""

SUGGESTIONS = 10
"""How many 업종 a look-up suggests at most."""

_SECTION_OF_CATEGORY = {
    IndustryCategory.FOOD: "I2",
    IndustryCategory.RETAIL: "G2",
    IndustryCategory.LODGING: "I1",
}
"""The categories that are one 상권업종 대분류; 서비스 and 기타 are several, and so have no code of their own."""

_SECTION_OF_DIVISION = {
    **dict.fromkeys(("45", "47"), "G2"),
    "55": "I1",
    "56": "I2",
    "68": "L1",
    **dict.fromkeys(("70", "71", "72", "73"), "M1"),
    **dict.fromkeys(("74", "75", "76"), "N1"),
    "85": "P1",
    "86": "Q1",
    **dict.fromkeys(("90", "91"), "R1"),
    **dict.fromkeys(("95", "96"), "S2"),
}
"""KSIC division → 상권업종 대분류, for codes such as I56221."""

_CATEGORY_ENDING = re.compile(r"\s?업종?$")  # 서비스업, 음식점 업종
_LIST_MARK = re.compile(r"[·・ㆍ,/&+|]")
_KSIC_CODE = re.compile(r"[A-U]?(\d{2})\d{3}")


@dataclass(frozen=True, slots=True)
class _Found:
    sector: Sector
    word: str
    weak: bool
    end: int


def classify_industry(text: str, hint: IndustryCategory | None = None) -> Trade | None:
    """The 업종 that `text` names, or null where nothing is recognised and there is no `hint`.

    `hint` is the category that the owner chose. It stands where the words say nothing, and where they only say 기타
    (the official tree counts a 사진관 as 기타; its owner may call it 서비스). Never raises.
    """
    cleaned = clean_text(text[: 10 * WORD_LIMIT * WORD_LIMIT])
    word = cut_text(cleaned, WORD_LIMIT)
    named = _CATEGORY_ENDING.sub("", cleaned)
    if named in IndustryCategory:
        return _of_category(IndustryCategory(named))
    found = _by_code(cleaned) or _by_text(cleaned)
    if found:
        return _trade(found, hint)
    return _of_category(hint, word) if hint else None


def search_industries(query: str, limit: int = SUGGESTIONS) -> tuple[Trade, ...]:
    """업종 whose words begin with, or else hold, what was typed; one suggestion per 상권업종 code."""
    wanted = "".join(words_of(query))
    if not wanted:
        return ()
    known = trade_words().sectors
    words = sorted(
        (word for word in known if wanted in word), key=lambda word: (not word.startswith(wanted), len(word))
    )
    suggested: dict[str, Trade] = {}
    for word in words:
        suggested.setdefault(known[word].code, _trade(_Found(known[word], word, weak=False, end=0), None))
        if len(suggested) == limit:
            break
    return tuple(suggested.values())


def _trade(found: _Found, hint: IndustryCategory | None) -> Trade:
    sector = found.sector
    category = hint if hint and sector.category is IndustryCategory.OTHER else sector.category
    word = cut_text(found.word.upper(), WORD_LIMIT)
    return Trade(category=category, code=sector.code, name=sector.name, ksic=sector.ksic, word=word)


def _of_category(category: IndustryCategory, word: str = "") -> Trade:
    sector = sectors_by_code().get(_SECTION_OF_CATEGORY.get(category, ""))
    if sector is None:
        return Trade(category=category, word=word or category.value)
    return Trade(category=category, code=sector.code, name=sector.name, ksic=sector.ksic, word=word or category.value)


def _by_code(text: str) -> _Found | None:
    code = text.strip().upper()
    ksic = _KSIC_CODE.fullmatch(code)
    section = _SECTION_OF_DIVISION.get(ksic[1], "") if ksic else ""
    sector = sectors_by_code().get(code) or sectors_by_code().get(section)
    return _Found(sector, sector.name, weak=False, end=0) if sector else None


def _by_text(text: str) -> _Found | None:
    words = words_of(text)
    sector = trade_words().sectors.get("".join(words))
    if sector:
        return _Found(sector, " ".join(words), weak=False, end=len(text))
    members = [found for member in _LIST_MARK.split(text) if (found := _by_words(words_of(member)))]
    return next((found for found in members if not found.weak), members[0] if members else None)


def _by_words(words: list[str]) -> _Found | None:
    known = trade_words()
    whole = "".join(words)
    found = list(_scan(known, whole, _edges(words)))
    strong = [match for match in found if not match.weak] or found
    return _head(strong) if strong else _by_last_resort(known, words)


def _head(found: list[_Found]) -> _Found:
    """The last match; a general one (식당) gives way to a clearer one of its kind before it (오리 식당)."""
    head = found[-1]
    if head.sector.is_specific:
        return head
    kin = [match for match in found if match.sector.is_specific and match.sector.code[:2] == head.sector.code[:2]]
    return kin[-1] if kin else head


def _by_last_resort(known: TradeWords, words: list[str]) -> _Found | None:
    for word in reversed(words):
        for ending, sector in known.last_resort:
            if word.endswith(ending):
                return _Found(sector, word, weak=True, end=0)
    return None


def _edges(words: list[str]) -> frozenset[int]:
    """Where words begin and end in the text without its spaces."""
    edges, position = [0], 0
    for word in words:
        position += len(word)
        edges.append(position)
    return frozenset(edges)


def _scan(known: TradeWords, text: str, edges: frozenset[int]) -> list[_Found]:
    """Known words from left to right, the longest first."""
    found: list[_Found] = []
    position = 0
    while position < len(text):
        match = _longest_at(known, text, position, edges, after=found[-1].end if found else 0)
        if match:
            found.append(match)
        position = match.end if match else position + 1
    return found


def _longest_at(known: TradeWords, text: str, start: int, edges: frozenset[int], *, after: int) -> _Found | None:
    for length in range(min(known.longest, len(text) - start), 0, -1):
        word = text[start : start + length]
        sector = known.sectors.get(word)
        if sector is None:
            continue
        end = start + length
        reach = _reach(known, text, end, edges)
        if _stands(start, end, reach, edges, glued=start == after):
            name = text[start:reach] if reach else word
            return _Found(sector, name, weak=word in known.weak, end=end)
    return None


def _reach(known: TradeWords, text: str, end: int, edges: frozenset[int]) -> int | None:
    """Where the word around a match ends, if only a common ending (집, 점, 매장) is between; else null."""
    if end in edges:
        return end
    ending = known.ending.match(text, end)
    return ending.end() if ending and ending.end() in edges else None


def _stands(start: int, end: int, reach: int | None, edges: frozenset[int], *, glued: bool) -> bool:
    """Whether a match is a word of its own and not a piece of another (수제 비누 holds no 수제비)."""
    if any(start < edge < end for edge in edges):
        return start in edges and reach is not None
    begins, length = start in edges, end - start
    if length == 1:
        return begins and reach is not None
    return begins or glued or reach is not None or length > len("카페")
