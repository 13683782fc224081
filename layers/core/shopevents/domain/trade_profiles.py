"""What the planner knows of a trade (catalog/trades.toml), inherited from the closest code that is described."""

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Self

from shopevents.catalog.files import read_toml
from shopevents.domain.plan_texts import clean, has_drifted, has_leftovers
from shopevents.domain.shops import Trade
from shopevents.domain.vocabulary import IndustryCategory, Mechanic

_SECTION = "trades.toml"
_CODE_LENGTHS = (6, 4, 2)  # 소분류, 중분류, 대분류


@dataclass(frozen=True, slots=True)
class Reward:
    """Something a shop gives. `value` is what it is worth to a customer, `cost` what it costs the shop (원)."""

    name: str
    value: int
    cost: int


@dataclass(frozen=True, slots=True)
class TradeProfile:
    """One trade's words and figures; the file's header says what each means. `ticket` in 원 per visit,
    `margin` a share, `returns` paid visits within six months, `visitors` paying visits a month."""

    call: str
    place: str
    counter: str
    guest: str
    regular: str
    visit: str
    did: str
    ticket: int
    margin: float
    returns: float
    visitors: int
    items: tuple[tuple[str, int], ...]
    small: tuple[Reward, ...]
    medium: tuple[Reward, ...]
    large: tuple[Reward, ...]
    seasonal: tuple[str, ...]
    deal: str
    set: str
    group: str
    slow: str
    audience: str
    stamp: str
    subject: str
    trial: str
    lesson: str
    quiz: str
    cause: str
    partners: tuple[str, ...]
    wish: str
    sns: str
    book: str
    stamp_on: str
    tags: frozenset[str]
    habits: tuple[str, ...]
    never: frozenset[Mechanic]
    skip: frozenset[str]
    sector: str = "general"
    topic: str = ""
    kit: str = ""

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> Self:
        """Raises KeyError or ValueError for a table that misses or misspells something."""
        known = {field.name for field in fields(cls)}
        unknown = table.keys() - known
        if unknown:
            raise ValueError(f"{_SECTION}: unknown keys {sorted(unknown)}")
        return cls(**{name: _typed(name, value) for name, value in table.items()})


def _typed(name: str, value: Any) -> Any:
    match name:
        case "small" | "medium" | "large":
            return tuple(Reward(*row) for row in value)
        case "items":
            return tuple((row[0], row[1]) for row in value)
        case "never":
            return frozenset(Mechanic(word) for word in value)
        case "tags" | "skip":
            return frozenset(value)
        case _:
            return tuple(value) if isinstance(value, list) else value


# Which category's profile the codes of a 대분류 begin with; the other sections are services.
_BASE_OF_SECTION = {"I2": IndustryCategory.FOOD, "G2": IndustryCategory.RETAIL, "I1": IndustryCategory.LODGING}


def profile_of(trade: Trade) -> TradeProfile:
    """The profile of the closest described code, else of the category."""
    if trade.code is None:
        return _profile(trade.category, "")
    return _profile(_BASE_OF_SECTION.get(trade.code[:2], IndustryCategory.SERVICE), trade.code)


@cache
def _profile(base: IndustryCategory, code: str) -> TradeProfile:
    """The tables of the category, 대분류, 중분류 and 소분류, each over the one before."""
    tables = read_toml(_SECTION)
    keys = [base.value, *(code[:length] for length in sorted(_CODE_LENGTHS) if len(code) >= length)]
    merged: dict[str, Any] = {}
    for key in keys:
        merged |= tables.get(key, {})
    return TradeProfile.from_table(merged)


def described_keys() -> tuple[str, ...]:
    """Every code or category that has a table of its own."""
    return tuple(read_toml(_SECTION))


def spoken_trade(trade: Trade) -> str:
    """How a sentence names the trade: the owner's own word; where only a class is known, the profile's name of
    it, or the class's own where that is a word that people use ("필라테스", not "그 외 기타 교육기관")."""
    if trade.word not in {*_BARE_WORDS, trade.name, ""} and not _unspeakable(trade.word):
        return trade.word
    name = trade.name or ""
    described = trade.code is not None and trade.code in read_toml(_SECTION)
    return name if name and not described and not _OFFICIAL.search(name) else profile_of(trade).call


def _unspeakable(word: str) -> bool:
    """Whether a plan that names the trade so would not read as Korean, or as unfinished."""
    return clean(word) != word or bool(_QUOTING.search(word)) or has_drifted(word) or has_leftovers(word)


_BARE_WORDS = frozenset({category.value for category in IndustryCategory} | {"소매", "음식", "서비스업", "숙박업"})
_QUOTING = re.compile("[\"'“”‘’:;,.!?]")
# Names of classes that nobody says.
_OFFICIAL = re.compile(r"[/,·ㆍ(]|업$|기타|그 외|서비스|소매")
