"""Finds Korean place names in text: longest match, with a boundary on both sides.

Names come from the tables in `catalog/` (provinces, regions, region_aliases, region_changes). A name counts only
where a word may begin (not inside 남양주 or 놀이동구) and where its word may end (강남역, not 고양이); an everyday word
that is also a place (진주) only in a context that makes it one. What a text means as a whole is decided in `regions`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cache

from shopevents.catalog.files import read_table, read_toml

SCANNED_CHARACTERS = 20_000
"""Places are looked for in the first so many characters: an address or an opening paragraph, never a whole crawl."""


class Standing(IntEnum):
    """What a name needs around it: nothing, a cue such as 맛집, or a larger place directly before it."""

    ALONE = 0
    CUE = 1
    CONTEXT = 2


class Gap(IntEnum):
    """What stands between two mentions: nothing but space, punctuation or a particle, or other words."""

    NONE = 0
    MARKS = 1
    FAR = 2


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A 시도 (district null) or a 시군구 in it."""

    city: str
    district: str | None = None

    def holds(self, other: "Place") -> bool:
        """Whether `other` lies in this place (or is it)."""
        if self.city != other.city:
            return False
        if self.district is None or self.district == other.district:
            return True
        return other.district is not None and other.district.startswith(f"{self.district} ")


@dataclass(slots=True)
class Name:
    """What one spelling may denote: `alone` where it stands by itself, `in_context` only beside a larger place.

    `official`: a full name (강남구, 경기도); `province` and `district`: it names a 시도, a 시군구 (also by its stem),
    not a 동 or a landmark. `former` are places it denoted once: (the old 시도, where that is today).
    """

    official: bool = False
    province: bool = False
    district: bool = False
    standing: Standing = Standing.CONTEXT
    alone: set[Place] = field(default_factory=set)
    in_context: set[Place] = field(default_factory=set)
    former: list[tuple[str, tuple[Place, ...]]] = field(default_factory=list)

    @property
    def places(self) -> set[Place]:
        """Everything the spelling denotes today."""
        return self.alone | self.in_context

    @property
    def is_trap(self) -> bool:
        """Whether it only looks like a place."""
        return not (self.alone or self.in_context or self.former)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found at `start`; it ends at `end`, its word (with 역, 점, 에서 …) at `reach`.

    `gap` tells how it follows the mention before it; `is_long` names are worth a hint even without context.
    """

    name: Name
    start: int
    end: int
    reach: int
    needs_context: bool
    gap: Gap = Gap.FAR

    @property
    def is_long(self) -> bool:
        """Whether the name is long enough not to be met by chance."""
        return self.end - self.start > 2


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    names: dict[str, Name]
    lengths: dict[str, tuple[int, ...]]
    word_end: re.Pattern[str]
    cue: re.Pattern[str]


_DONG_NUMBER = re.compile(r"(?<=[가-힣])제?\d{1,2}(?:[.·,]\d{1,2})*(?=동(?![가-힣]))")
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
    if previous is None or mention.start - previous.reach > 4:
        return Gap.FAR
    between = text[previous.reach : mention.start]
    if not between.strip() and (previous.reach == previous.end or mention.start == previous.end):
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
    return None


def _reach(tables: _Gazetteer, text: str, start: int, end: int, name: Name, *, glued: bool) -> int | None:
    """Where the word of a name ends, or None where the name is only the beginning of another word."""
    ending = tables.word_end.match(text, end)
    if ending:
        return ending.end()
    if name.official and (end - start > 2 or glued or _DONG_FOLLOWS.match(text, end)):
        return end
    return end if _another_begins(tables, text, end) else None


def _another_begins(tables: _Gazetteer, text: str, at: int) -> bool:
    return any(text[at : at + length] in tables.names for length in tables.lengths.get(text[at : at + 1], ()))


def _needs_context(tables: _Gazetteer, text: str, start: int, end: int, name: Name) -> bool:
    if name.standing is not Standing.CUE:
        return name.standing is Standing.CONTEXT
    whole = text[:start].strip() == "" and tables.word_end.fullmatch(text.rstrip(" .!?~"), end)
    return not (whole or tables.cue.match(text, end))


def _may_begin(text: str, position: int) -> bool:
    return "가" <= text[position] <= "힣" and (position == 0 or not "가" <= text[position - 1] <= "힣")


@cache
def _gazetteer() -> _Gazetteer:
    names: dict[str, Name] = {}
    _add_provinces(names)
    _add_districts(names)
    _add_aliases(names)
    _add_former(names)
    endings = read_toml("region_endings.toml")
    for trap in endings["traps"]:
        names.setdefault(trap, Name(standing=Standing.ALONE))
    lengths: dict[str, set[int]] = {}
    for word in names:
        lengths.setdefault(word[0], set()).add(len(word))
    ordered = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
    return _Gazetteer(names, ordered, _word_end(endings["places"], endings["particles"]), _cue(endings["cues"]))


def _word_end(places: list[str], particles: list[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{_any_of(places)}){{0,3}}(?:{_any_of(particles)})?(?![가-힣])")


def _cue(cues: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{_any_of(cues)})")


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _add_provinces(names: dict[str, Name]) -> None:
    for row in read_table("provinces.csv"):
        for spelling in row["names"].split("|"):
            name = names.setdefault(spelling, Name(official=len(spelling) > 3, province=True, standing=Standing.ALONE))
            name.alone.add(Place(row["city"]))
    names["경기"].standing = Standing.CUE  # also "match" and "economy"
    for spelling in ("광주", "광주시"):  # the former 광역시, or the 시 in 경기
        names[spelling] = Name(province=True, standing=Standing.ALONE, alone={Place("전남광주")})


def _add_districts(names: dict[str, Name]) -> None:
    for row in read_table("regions.csv"):
        place = Place(row["city"], row["district"])
        spelling = row["district"].split()[-1]
        official = names.setdefault(spelling, Name(official=True))
        official.standing, official.district = Standing.ALONE, True
        official.alone.add(place)
        stem = spelling[:-1]
        if len(stem) > 1:
            _add_stem(names, stem, place, row["stem_alone"])


def _add_stem(names: dict[str, Name], stem: str, place: Place, alone: str) -> None:
    if stem == place.city:  # 제주 is the 시도 first
        return
    name = names.setdefault(stem, Name())
    standing = {"yes": Standing.ALONE, "cue": Standing.CUE, "no": Standing.CONTEXT}[alone]
    name.standing, name.district = min(name.standing, standing), True
    name.alone.add(place)


def _add_aliases(names: dict[str, Name]) -> None:
    for row in read_table("region_aliases.csv"):
        place = Place(row["city"], row["district"] or None)
        for spelling in row["names"].split("|"):
            name = names.setdefault(spelling, Name())
            if row["alone"] == "yes":
                name.standing = Standing.ALONE
                name.alone.add(place)
            else:
                name.in_context.add(place)
    for spelling, name in names.items():
        if len(spelling) > 2 and spelling.endswith("동") and name.alone:
            name.alone |= name.in_context  # a 동 of the same name elsewhere makes it ambiguous


def _add_former(names: dict[str, Name]) -> None:
    for row in read_table("region_changes.csv"):
        today = tuple(Place(row["new_city"], district or None) for district in row["new_districts"].split("|"))
        name = names.setdefault(row["old_district"].split()[-1], Name(official=True, standing=Standing.ALONE))
        name.former.append((row["old_city"], today))
