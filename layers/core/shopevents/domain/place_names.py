"""The spellings of Korean places and what each may denote, from the tables in `catalog/`."""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from shopevents.catalog.files import read_table, read_toml

SHORT = 2
"""Names of so many letters are met by chance (중구난방): they need a boundary, and no hint is taken from them."""


class Standing(IntEnum):
    """What a name needs around it: nothing, a cue such as 맛집, or a larger place directly before it."""

    ALONE = 0
    CUE = 1
    CONTEXT = 2


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


@cache
def place_names() -> dict[str, Name]:
    """Every spelling and what it may denote; traps (고양이) are names that denote nothing."""
    names: dict[str, Name] = {}
    _add_provinces(names)
    _add_districts(names)
    _add_aliases(names)
    _add_former(names)
    for trap in read_toml("region_endings.toml")["traps"]:
        names.setdefault(trap, Name(standing=Standing.ALONE))
    return names


def _add_provinces(names: dict[str, Name]) -> None:
    for row in read_table("provinces.csv"):
        for spelling in row["names"].split("|"):
            name = names.setdefault(
                spelling, Name(official=len(spelling) > SHORT + 1, province=True, standing=Standing.ALONE)
            )
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
        if len(spelling) > SHORT and spelling.endswith("동") and name.alone:
            name.alone |= name.in_context  # a 동 of the same name elsewhere makes it ambiguous


def _add_former(names: dict[str, Name]) -> None:
    for row in read_table("region_changes.csv"):
        today = tuple(Place(row["new_city"], district or None) for district in row["new_districts"].split("|"))
        name = names.setdefault(row["old_district"].split()[-1], Name(official=True, standing=Standing.ALONE))
        name.former.append((row["old_city"], today))
        stem = names.get(row["old_district"].split()[-1][:-1])  # 경북 군위, as 경북 군위군
        if stem and stem.district and set(today) <= stem.alone:
            stem.former.append((row["old_city"], today))
