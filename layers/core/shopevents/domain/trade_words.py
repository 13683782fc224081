"""The words that people use for a 업종, and the 상권업종 code that each one means; from the tables in `catalog/`."""

import re
from dataclasses import dataclass
from functools import cache

from shopevents.catalog.files import read_table, read_toml
from shopevents.domain.texts import clean_text, fold_width
from shopevents.domain.vocabulary import IndustryCategory

_CATEGORY_OF_SECTION = {
    "I2": IndustryCategory.FOOD,
    "G2": IndustryCategory.RETAIL,
    "I1": IndustryCategory.LODGING,
    "P1": IndustryCategory.SERVICE,
    "R1": IndustryCategory.SERVICE,
    "S2": IndustryCategory.SERVICE,
}
"""SEMAS 대분류 → our five; every other one (부동산, 과학·기술, 시설관리·임대, 보건의료 …) is 기타."""

_LATIN = re.compile(r"[a-z]+")
_NOT_A_LETTER = re.compile(r"[^0-9a-z가-힣ㄱ-ㅎㅏ-ㅣ]+")
_READ_CHARACTERS = 300
"""A 업종 is looked for in the first so many characters."""


@dataclass(frozen=True, slots=True)
class Sector:
    """A row of the 상권업종 tree: `code` of 2 (대), 4 (중) or 6 (소분류) characters, and its KSIC division."""

    code: str
    name: str
    ksic: str | None

    @property
    def category(self) -> IndustryCategory:
        """The one of the five that the sector belongs to."""
        return _CATEGORY_OF_SECTION.get(self.code[:2], IndustryCategory.OTHER)

    @property
    def is_specific(self) -> bool:
        """Whether it says more than the 대분류."""
        return len(self.code) > len("I2")


@dataclass(frozen=True, slots=True)
class TradeWords:
    """`sectors` by normalised word, the lengths to try, and what the words may end in."""

    sectors: dict[str, Sector]
    longest: int
    weak: frozenset[str]
    ending: re.Pattern[str]
    last_resort: tuple[tuple[str, Sector], ...]


@cache
def sectors_by_code() -> dict[str, Sector]:
    """The whole 상권업종 tree."""
    rows = read_table("industries.csv")
    return {row["code"]: Sector(row["code"], row["name"], row["ksic"] or None) for row in rows}


def words_of(text: str) -> list[str]:
    """`text` as words for matching: plain width, lower case, one spelling per word."""
    text = _spelled(fold_width(clean_text(text[: 2 * _READ_CHARACTERS]))[:_READ_CHARACTERS].lower())
    return _NOT_A_LETTER.sub(" ", text).split()


@cache
def trade_words() -> TradeWords:
    """The index of words, built at its first use."""
    tree, rules = sectors_by_code(), read_toml("industry_words.toml")
    found: dict[str, Sector] = {}
    for sector in tree.values():
        found.setdefault("".join(words_of(sector.name)), sector)
    for row in read_table("industry_synonyms.csv"):
        for word in _spelled(row["words"].lower()).split("|"):
            found[word] = tree[row["code"]]
    ending = "|".join(sorted(rules["endings"], key=len, reverse=True))
    return TradeWords(
        sectors=found,
        longest=max(map(len, found)),
        weak=frozenset(_spelled(word) for word in rules["weak"]),
        ending=re.compile(f"(?:{ending}){{0,2}}"),
        last_resort=tuple((word, tree[code]) for word, code in rules["last_resort"].items()),
    )


@cache
def _spellings() -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    rules = read_toml("industry_words.toml")
    variants: dict[str, str] = rules["spellings"]
    pattern = "|".join(re.escape(word) for word in sorted(variants, key=len, reverse=True))
    return re.compile(pattern), variants, rules["latin"]


def _spelled(text: str) -> str:
    pattern, variants, latin = _spellings()
    text = _LATIN.sub(lambda match: latin.get(match[0], match[0]), text)
    return pattern.sub(lambda match: variants[match[0]], text)
