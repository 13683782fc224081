"""Finds Korean place names in text: longest match, with a boundary on both sides.

A name counts only where a word may begin (not inside 남양주 or 놀이동구) and where its word may end (강남역, not
고양이); an everyday word that is also a place (진주) only in a context that makes it one. What a text means as a
whole is decided in `regions`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

from shopevents.catalog.files import read_toml
from shopevents.domain.place_names import SHORT, Name, Standing, place_names

SCANNED_CHARACTERS = 20_000
"""Places are looked for in the first so many characters: an address or an opening paragraph, never a whole crawl."""

_WIDEST_GAP = 4


class Gap(IntEnum):
    """What stands between two mentions: nothing but space, punctuation or a particle, or other words."""

    NONE = 0
    MARKS = 1
    FAR = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found at `start`; it ends at `end`, its word (with 역, 점, 에서 …) at `reach`.

    `gap` tells how it follows the mention before it; `is_road`: only the beginning of a road's name (청라라임로), and
    roads run on into other 구; `is_long` names are worth a hint even without context.
    """

    name: Name
    start: int
    end: int
    reach: int
    needs_context: bool
    gap: Gap = Gap.FAR
    is_road: bool = False

    @property
    def is_long(self) -> bool:
        """Whether the name is long enough not to be met by chance."""
        return self.end - self.start > SHORT


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    names: dict[str, Name]
    lengths: dict[str, tuple[int, ...]]
    word_end: re.Pattern[str]
    cue: re.Pattern[str]
    whole: re.Pattern[str]


_DONG_NUMBER = re.compile(r"(?<=[가-힣])제?\d{1,2}(?:[.·,]\d{1,2})*(?=동(?![가-힣]))")
_NO_DONG = "운|활|행|감|공|자|충|변|작|수|진|노|아|협|출|전|난|율"  # 운동, 활동, 행동 …
_ADDRESS_FOLLOWS = re.compile(
    rf"\s(?:(?!(?:{_NO_DONG})동)[가-힣]{{1,4}}(?:동|읍)(?![가-힣])|[가-힣]{{1,8}}(?:로|길)\s?\d)"
)
_ROAD_GOES_ON = re.compile(r"[가-힣]{0,2}(?:대로|로|길)(?:\d+번?길)?(?![가-힣])")
_DONG_FOLLOWS = re.compile(r"[가-힣]{1,6}\d*(?:동|로|길|가|읍|면|리)(?![가-힣])")


def find_mentions(text: str) -> Iterator[Mention]:
    """The place names of `text` in their order, traps left out. Numbers of 동 are ignored (역삼1동 is 역삼동)."""
    text = _DONG_NUMBER.sub("", text[:SCANNED_CHARACTERS])
    tables = _gazetteer()
    position, glued_to = 0, -1
    previous: Mention | None = None
    while position < len(text):
        if not _may_begin(text, position) and position != glued_to:
            position += 1
            continue
        mention = _longest_at(tables, text, position, glued=position == glued_to)
        if mention is None:
            position += 1
            continue
        position = mention.end
        if not mention.name.is_trap:
            glued_to = mention.end
            mention = replace(mention, gap=_gap(text, previous, mention))
            previous = mention
            yield mention


def _gap(text: str, previous: Mention | None, mention: Mention) -> Gap:
    if previous is None or mention.start - previous.reach > _WIDEST_GAP:
        return Gap.FAR
    between = text[previous.reach : mention.start]
    if not between.strip() and previous.end in {previous.reach, mention.start}:
        return Gap.NONE
    return Gap.FAR if any(mark.isalnum() for mark in between) else Gap.MARKS


def _longest_at(tables: _Gazetteer, text: str, start: int, *, glued: bool) -> Mention | None:
    for length in tables.lengths.get(text[start], ()):
        name = tables.names.get(text[start : start + length])
        if name is None:
            continue
        end = start + length
        if name.is_trap:
            return Mention(name, start, end, end, needs_context=False)
        reach = _reach(tables, text, start, end, name, glued=glued)
        if reach is not None:
            return Mention(name, start, end, reach, needs_context=_needs_context(tables, text, start, end, name))
        if road := _ROAD_GOES_ON.match(text, end):
            return Mention(name, start, road.end(), road.end(), needs_context=True, is_road=True)
    return None


def _reach(tables: _Gazetteer, text: str, start: int, end: int, name: Name, *, glued: bool) -> int | None:
    """Where the word of a name ends, or None where the name is only the beginning of another word."""
    ending = tables.word_end.match(text, end)
    if ending:
        return ending.end()
    if name.official and (end - start > SHORT or glued or _DONG_FOLLOWS.match(text, end)):
        return end
    return end if _another_begins(tables, text, end) else None


def _another_begins(tables: _Gazetteer, text: str, at: int) -> bool:
    return any(text[at : at + length] in tables.names for length in tables.lengths.get(text[at : at + 1], ()))


def _needs_context(tables: _Gazetteer, text: str, start: int, end: int, name: Name) -> bool:
    if name.standing is not Standing.CUE:
        return name.standing is Standing.CONTEXT
    whole = text[:start].strip() == "" and tables.whole.fullmatch(text.rstrip(" .!?~"), end)
    return not (whole or tables.cue.match(text, end) or _ADDRESS_FOLLOWS.match(text, end))


def _may_begin(text: str, position: int) -> bool:
    return "가" <= text[position] <= "힣" and (position == 0 or not "가" <= text[position - 1] <= "힣")


@cache
def _gazetteer() -> _Gazetteer:
    names, endings = place_names(), read_toml("region_endings.toml")
    lengths: dict[str, set[int]] = {}
    for word in names:
        lengths.setdefault(word[0], set()).add(len(word))
    ordered = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
    places, particles = endings["places"], endings["particles"]
    return _Gazetteer(
        names,
        ordered,
        word_end=_word_end(places, particles),
        cue=_cue(endings["cues"], endings["sights"]),
        whole=_word_end(places, [word for word in particles if word not in endings["copulas"]]),
    )


def _word_end(places: list[str], particles: list[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{_any_of(places)}){{0,3}}(?:{_any_of(particles)})?(?![가-힣])")


def _cue(cues: list[str], sights: list[str]) -> re.Pattern[str]:
    return re.compile(
        rf"\s?(?:{_any_of(cues)})|에서\s(?!온|잡|난|나는|갓)|\s(?!원|명|개)(?:[가-힣]{{1,4}}\s)?[가-힣]{{0,6}}(?:{_any_of(sights)})(?![가-힣])"
    )


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
