"""How people take part: the mechanic, the steps and the place, read from a free text by its telling words."""

import re
from dataclasses import dataclass
from functools import cache

from shopevents.catalog.files import read_table
from shopevents.domain.texts import clean_text, cut_text, fold_width
from shopevents.domain.vocabulary import EventType, Mechanic

READ_CHARACTERS = 2_000
"""Participation is read from the first so many characters."""

MOST_STEPS = 5
STEP_LIMIT = 40
"""A step holds at most so many characters."""

_BETWEEN_STEPS = re.compile(
    r"(?<!\d),|,(?!\d)|[;→>\n]|\s\+\s|(?<=[가-힣])\s?\+\s?(?=[가-힣])|\s(?:후|뒤)\s|(?<=[가-힣])(?:하고|한 뒤|한 다음)\s"
)
_NUMBERING = re.compile(r"^(?:[①-⑳]|\d{1,2}[.)]|step\s?\d|[-*•·])\s*", re.IGNORECASE)
_EDGES = " .·~!?:"


@dataclass(frozen=True, slots=True)
class Participation:
    """`mechanic` and `event_type` are null where the text doesn't tell; `steps` are its own words, in order."""

    mechanic: Mechanic | None
    steps: tuple[str, ...]
    event_type: EventType | None


def parse_participation(text: str) -> Participation:
    """What people do to take part. Never raises."""
    plain = text[:READ_CHARACTERS]
    cleaned = fold_width(clean_text(plain))
    return Participation(mechanic_of(cleaned), _steps(plain), event_type_of(cleaned))


def mechanic_of(text: str) -> Mechanic | None:
    """The mechanic that a text's words tell: the table lists the telling ones (스탬프) before the general (할인)."""
    lowered = text.lower()
    return next((mechanic for mechanic, words in _mechanic_signs() if words.search(lowered)), None)


def event_type_of(text: str) -> EventType | None:
    """Online or offline, or null where the text speaks of both or of neither."""
    lowered = text.lower()
    found = [event_type for event_type, words in _channel_signs() if words.search(lowered)]
    return found[0] if len(found) == 1 else None


def _steps(text: str) -> tuple[str, ...]:
    parts = (_NUMBERING.sub("", clean_text(part)).strip(_EDGES) for part in _BETWEEN_STEPS.split(text))
    return tuple(cut_text(part, STEP_LIMIT) for part in parts if part)[:MOST_STEPS]


@cache
def _mechanic_signs() -> tuple[tuple[Mechanic, re.Pattern[str]], ...]:
    return tuple((Mechanic(row["mechanic"]), _any_of(row["words"])) for row in read_table("mechanic_signs.csv"))


@cache
def _channel_signs() -> tuple[tuple[EventType, re.Pattern[str]], ...]:
    return tuple((EventType(row["type"]), _any_of(row["words"])) for row in read_table("channel_signs.csv"))


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in words.lower().split("|")))
