"""How the event of a post works: its mechanic, and what people do, in the product's own words."""

import re
from dataclasses import dataclass
from functools import cache

from shopevents.catalog.files import read_toml
from shopevents.domain.vocabulary import EventType, Mechanic


@dataclass(frozen=True, slots=True)
class Found:
    """A mechanic that a text names, and where its first mention begins and ends."""

    mechanic: Mechanic
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rule:
    mechanic: Mechanic
    rank: int
    event_type: EventType
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Step:
    pattern: re.Pattern[str]
    and_then: str
    at_the_end: str
    event_type: EventType | None


_MOST_STEPS = 3
_DECIDING, _ORDINARY = (1, 4), 2


def find_mechanic(text: str) -> Found | None:
    """The mechanic of an event, None where the text names none.

    What is rare (a quiz, stamps: rank 1) counts wherever it stands, else the first in the text. A follow, a review
    or a photo (rank 2) that stands in the middle of "buy and get" (rank 3) is what is asked for. A coupon (rank 4) is
    an event of its own only where nothing else is.
    """
    found = [
        (rule.rank, Found(rule.mechanic, *match.span())) for rule in _rules() if (match := rule.pattern.search(text))
    ]
    if not found:
        return None
    best = min(found, key=lambda one: (one[0] if one[0] in _DECIDING else _ORDINARY, one[1].start))
    inner = [one for one in found if one[0] < best[0] and best[1].start <= one[1].start < best[1].end]
    return min(inner, key=lambda one: one[1].start)[1] if inner else best[1]


def all_mechanics(text: str) -> frozenset[Mechanic]:
    """Every mechanic that the text names."""
    return frozenset(rule.mechanic for rule in _rules() if rule.pattern.search(text))


def event_type_of(mechanic: Mechanic, text: str) -> EventType | None:
    """Where people take part: by the steps that are named, else where such an event usually is; null where the
    named steps are in both places."""
    types = {step.event_type for step in _steps_in(text) if step.event_type}
    if len(types) == 1:
        return types.pop()
    return next(rule.event_type for rule in _rules() if rule.mechanic is mechanic)


def participation_of(mechanic: Mechanic, text: str) -> str:
    """How to take part, in one polite sentence made of the steps that the text names. Nothing of the text is
    copied."""
    steps = _steps_in(text)
    if not steps:
        return str(read_toml("curation/steps.toml")["default"][mechanic.value])
    steps = steps[:_MOST_STEPS]
    return ", ".join([*(step.and_then for step in steps[:-1]), steps[-1].at_the_end])


def _steps_in(text: str) -> list[_Step]:
    found = [(match.start(), step) for step in _steps() if (match := step.pattern.search(text))]
    return [step for _, step in sorted(found, key=lambda one: one[0])]


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(Mechanic(row["name"]), row["rank"], EventType(row["type"]), re.compile("|".join(row["patterns"])))
        for row in read_toml("curation/mechanics.toml")["mechanic"]
    )


@cache
def _steps() -> tuple[_Step, ...]:
    return tuple(
        _Step(re.compile(row["pattern"]), row["and"], row["end"], EventType(row["type"]) if row["type"] else None)
        for row in read_toml("curation/steps.toml")["step"]
    )
