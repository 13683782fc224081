"""What a month brings to a trade (catalog/seasons.toml)."""

from dataclasses import dataclass
from functools import cache

from shopevents.catalog.files import read_toml


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day or period of the year: how a title opens with it, and how a sentence names and explains it."""

    title: str
    event: str
    note: str
    tags: frozenset[str]


@cache
def moods_of(month: int) -> tuple[str, ...]:
    """Words that open a title in that month, for every trade."""
    return tuple(read_toml("seasons.toml")["month"][str(month)]["moods"])


@cache
def weather_of(month: int) -> str:
    """A clause on what the month is like for shops, ending in a connective."""
    clause: str = read_toml("seasons.toml")["month"][str(month)]["weather"]
    return clause


@cache
def occasions_of(month: int) -> tuple[Occasion, ...]:
    """The month's occasions, for whichever trades."""
    rows = read_toml("seasons.toml")["occasion"]
    return tuple(
        Occasion(row["title"], row["event"], row["note"], frozenset(row["tags"]))
        for row in rows
        if month in row["months"]
    )


def occasions_for(month: int, tags: frozenset[str]) -> tuple[Occasion, ...]:
    """The month's occasions that concern a trade with these tags."""
    return tuple(occasion for occasion in occasions_of(month) if occasion.tags & tags)
