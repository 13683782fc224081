"""Which 시군구 a text is about. What it leaves open stays open: an ambiguous name gives candidates, never a guess.

Conventions: `city` is the 시도's short name, `전남광주` for what was 광주광역시 and 전라남도 until 2026-06-30; a 구 of a 시 is
written with it (`성남시 분당구`); 세종 has no 시군구, so that its district is always null and the city alone places a shop.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from shopevents.catalog.files import read_table
from shopevents.domain.gazetteer import Gap, Mention, find_mentions
from shopevents.domain.place_names import Place, Standing
from shopevents.domain.shops import Region
from shopevents.domain.texts import clean_text, cut_text

SUGGESTIONS = 10
"""How many regions a look-up suggests at most."""

WITHOUT_DISTRICTS = "세종"
"""The one 시도 that has no 시군구."""

_CONTRADICTION = "시·도와 시군구가 서로 맞지 않습니다."
_AMBIGUOUS = "여러 곳에 있는 이름입니다. 시·도를 함께 적어 주세요."


@dataclass(frozen=True, slots=True)
class RegionMatch:
    """Where a text is placed. `city` and `district` are null where open; `candidates` are what an ambiguous
    text may mean; `problem` is a Korean sentence for the owner where nothing, or too much, was found."""

    city: str | None = None
    district: str | None = None
    candidates: tuple[Region, ...] = ()
    problem: str | None = None

    @property
    def region(self) -> Region | None:
        """The placed region, or null where not even the 시도 is known."""
        return Region(city=self.city, district=self.district) if self.city else None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open: a 시군구 is known, or the 시도 has none."""
        return self.district is not None or self.city == WITHOUT_DISTRICTS


class _Weight(IntEnum):
    PROVINCE = 1
    NICKNAME = 2
    OFFICIAL = 3


@dataclass(slots=True)
class _Chain:
    """Mentions that narrow each other down: 경기도, 성남시, 분당구.

    `named`: by a 시도 or 시군구. `conflicting`: 서울 해운대구. `tentative`: a word (경기) that is a place only if one
    follows.
    """

    places: set[Place]
    weight: _Weight
    mentions: int = 1
    named: bool = False
    conflicting: bool = False
    tentative: bool = False


def resolve_region(text: str) -> RegionMatch:
    """Places an address or a sentence by the 시도, 시군구, 동, stations and landmarks it names. Never raises."""
    return _conclude(*_chains(find_mentions(clean_text(text))))


def resolve_location(city: str | None, district: str | None) -> RegionMatch:
    """Places a structured location: short, full or former names. A contradiction (서울 + 해운대구) or an unknown
    district leaves it unplaced, with the `problem` and what it may have meant as candidates."""
    city, district = clean_text(city or ""), clean_text(district or "")
    match = resolve_region(f"{city} {district}")
    if not match.city or not district:
        return match
    alone = resolve_region(district)
    if alone.city and alone.city != match.city:
        return RegionMatch(candidates=_regions(match, alone), problem=_CONTRADICTION)
    if not alone.city and not alone.candidates and match == resolve_region(city):
        return RegionMatch(problem=f"‘{cut_text(district, 20)}’ 시군구를 찾을 수 없습니다.")
    return match


def _regions(*matches: RegionMatch) -> tuple[Region, ...]:
    return tuple(match.region for match in matches if match.region)


def search_regions(query: str, limit: int = SUGGESTIONS) -> tuple[Region, ...]:
    """Regions that `query` may be the beginning of, or names by a station, a 동 or a former name."""
    wanted = clean_text(query).replace(" ", "")
    if not wanted:
        return ()
    match = resolve_region(query)
    named = [match.region] if match.region and match.district else list(match.candidates)
    starting = [region for region, keys in _search_keys() if any(key.startswith(wanted) for key in keys)]
    return tuple(dict.fromkeys([*named, *starting]))[:limit]


@cache
def _search_keys() -> tuple[tuple[Region, tuple[str, ...]], ...]:
    provinces = [Region(city=row["city"]) for row in read_table("provinces.csv")]
    districts = [Region(city=row["city"], district=row["district"]) for row in read_table("regions.csv")]
    return tuple((region, _keys_of(region)) for region in [*provinces, *districts])


def _keys_of(region: Region) -> tuple[str, ...]:
    words = (region.district or "").split()
    return tuple({"".join([region.city, *words]), *("".join(words[i:]) for i in range(len(words))), region.city})


def _chains(mentions: Iterable[Mention]) -> tuple[list[_Chain], list[Mention]]:
    """The chains of a text, and the names left over that mean a place only within a larger one."""
    chains: list[_Chain] = []
    hints: list[Mention] = []
    for mention in mentions:
        last = chains[-1] if chains and mention.gap is not Gap.FAR else None
        if mention.is_road and not (last and _divided(last)):
            continue
        if last and _narrow(last, mention):
            continue
        if mention.needs_context and not mention.name.province:
            hints.append(mention)
            if mention.name.standing is Standing.CUE:  # 화성 효행: the next name may say that a place is meant
                chains.append(_Chain(_meant_by(mention), _Weight.NICKNAME, named=True, tentative=True))
        elif last and _contradicts(last, mention):
            last.places |= _meant_by(mention)
            last.weight, last.conflicting = _Weight.OFFICIAL, True
        elif not (last and last.named and not last.tentative and mention.gap is Gap.NONE and _is_local(mention)):
            named = mention.name.province or mention.name.district
            weight = last.weight if last and _is_another(last, mention) else _weight(mention)
            chains.append(_Chain(_meant_by(mention), weight, named=named, tentative=mention.needs_context))
    return [chain for chain in chains if not chain.tentative], hints


def _meant_by(mention: Mention) -> set[Place]:
    today = (place for _, places in mention.name.former for place in places)
    return set(mention.name.alone) or set(today)


def _weight(mention: Mention) -> _Weight:
    if mention.name.province:
        return _Weight.PROVINCE
    return _Weight.OFFICIAL if mention.name.official else _Weight.NICKNAME


def _narrow(chain: _Chain, mention: Mention) -> bool:
    """Lets a mention narrow the chain before it; False where the two don't fit."""
    places = _common(chain.places, mention.name.places) or _renamed(chain.places, mention)
    if not places:
        return False
    nickname = chain.weight is _weight(mention) is _Weight.NICKNAME
    chain.places, chain.mentions, chain.tentative = places, chain.mentions + 1, False
    chain.named = chain.named or not _is_local(mention)
    chain.weight = _Weight.NICKNAME if nickname else _Weight.OFFICIAL
    return True


def _common(places: set[Place], others: set[Place]) -> set[Place]:
    """The finer places of the two sets that lie in a place of the other."""
    finer = {other for other in others if any(place.holds(other) for place in places)}
    return finer or {place for place in places if any(other.holds(place) for other in others)}


def _renamed(places: set[Place], mention: Mention) -> set[Place]:
    provinces = {place.city for place in places if place.district is None}
    return {place for city, today in mention.name.former if city in provinces for place in today}


def _contradicts(chain: _Chain, mention: Mention) -> bool:
    """Whether a 시군구 directly follows a 시도 that it isn't in: 서울 해운대구."""
    alone = chain.weight is _Weight.PROVINCE and chain.mentions == 1 and not chain.tentative
    return alone and mention.gap is Gap.NONE and mention.name.district and not mention.name.province


def _divided(chain: _Chain) -> bool:
    """Whether a 구 was split (인천 서구), so that even the name of a road tells where a shop is today."""
    return len(chain.places) > 1 and len({place.city for place in chain.places}) == 1


def _is_another(chain: _Chain, mention: Mention) -> bool:
    """Whether a 시군구 is told beside the one before it, in the same 시도: 서울 강남·서초."""
    cities = {place.city for place in chain.places}
    return chain.mentions > 1 and mention.name.district and {place.city for place in mention.name.alone} == cities


def _is_local(mention: Mention) -> bool:
    """Whether a name is a 동 or a landmark: after another place (춘천 명동) it is that place's own, not the famous one."""
    return not (mention.name.province or mention.name.district or mention.name.former)


def _conclude(chains: list[_Chain], hints: list[Mention]) -> RegionMatch:
    if not chains:
        return RegionMatch(problem="지역을 알 수 없습니다. 시·도와 시군구를 적어 주세요.")
    chains = sorted(chains, key=lambda chain: -chain.weight)
    top = [chain for chain in chains if chain.weight is chains[0].weight]
    places = _agreed(top)
    if not any(chain.conflicting for chain in top):
        for chain in chains[len(top) :]:
            places = _common(places, chain.places) or places
        places = _hinted(places, hints)
    return _shaped(places, conflicting=any(chain.conflicting for chain in top))


def _agreed(chains: list[_Chain]) -> set[Place]:
    places = chains[0].places
    for chain in chains[1:]:
        common = _common(places, chain.places)
        if not common:  # two places are meant: name them all
            return _all_named(chains)
        places = common
    return places


def _all_named(chains: list[_Chain]) -> set[Place]:
    """Every place meant; an ambiguous name (중구) beside a clear one means the place in the same 시도."""
    clear = {place.city for chain in chains if len(chain.places) == 1 for place in chain.places}
    local = ({place for place in chain.places if place.city in clear} or chain.places for chain in chains)
    return set().union(*local)


def _hinted(places: set[Place], hints: list[Mention]) -> set[Place]:
    for hint in hints:
        finer = {other for other in hint.name.places if any(place.holds(other) for place in places)}
        if hint.is_long and len(finer) == 1:
            places = finer
    return places


def _shaped(places: set[Place], *, conflicting: bool) -> RegionMatch:
    ordered = sorted(places, key=lambda place: (place.city, place.district or ""))
    if len(ordered) == 1:
        return RegionMatch(ordered[0].city, ordered[0].district)
    cities = {place.city for place in ordered}
    parents = {(place.district or "").partition(" ")[::2] for place in ordered}
    names = {name for name, _ in parents}
    if len(cities) == 1 and len(names) == 1 and all(ward for _, ward in parents):
        return RegionMatch(ordered[0].city, names.pop())
    candidates = tuple(Region(city=place.city, district=place.district) for place in ordered)
    if len(cities) == 1:
        return RegionMatch(cities.pop(), candidates=candidates)
    return RegionMatch(candidates=candidates, problem=_CONTRADICTION if conflicting else _AMBIGUOUS)
