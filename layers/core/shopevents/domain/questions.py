"""From what an owner typed to a question that can be planned for: placed, classified, dated."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shopevents.domain.answers import Question
from shopevents.domain.errors import InvalidInput, Problem
from shopevents.domain.industries import classify_industry
from shopevents.domain.regions import RegionMatch, resolve_location, resolve_region
from shopevents.domain.shops import Region, Trade
from shopevents.domain.texts import clean_text, cut_text
from shopevents.domain.vocabulary import IndustryCategory, Purpose, RegenerateReason, Season

SEOUL = ZoneInfo("Asia/Seoul")
TRADE_WORD_MAX = 20
CANDIDATES_SHOWN = 8
_UNKNOWN_TRADE = (
    "어떤 업종인지 알 수 없습니다. 음식점, 소매점, 서비스, 숙박, 기타 중 하나나 '카페'처럼 업종 이름을 적어 주세요."
)


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What is said of a shop, as typed. Field names are those of the wire's `storeInfo`."""

    industry: str
    business_type: str | None = None
    address: str | None = None
    city: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it came in, after its form was checked."""

    owner_id: str
    purpose: Purpose
    shop: ShopFacts | None
    replaces: str | None = None
    reason: RegenerateReason | None = None


def question_of(
    *,
    owner_id: str,
    purpose: Purpose,
    shop: ShopFacts,
    asked_at: datetime,
    replaces: str | None = None,
    reason: RegenerateReason | None = None,
) -> Question:
    """The question behind a request. Raises InvalidInput where the shop can't be placed or classified."""
    trade, region = understood(shop, prefix="storeInfo.")
    local = asked_at.astimezone(SEOUL)
    return Question(
        owner_id=owner_id,
        purpose=purpose,
        trade=trade,
        region=region,
        season=Season.of_month(local.month),
        month=local.month,
        asked_at=asked_at,
        replaces=replaces,
        reason=reason,
    )


def understood(shop: ShopFacts, *, prefix: str) -> tuple[Trade, Region]:
    """The shop's trade and place. Raises InvalidInput with every problem; `prefix` is where the wire has the
    shop's fields ("storeInfo.")."""
    trade, region = _trade_of(shop), _region_of(shop)
    if isinstance(trade, Trade) and isinstance(region, Region):
        return trade, region
    found = [problem for problem in (trade, region) if isinstance(problem, Problem)]
    raise InvalidInput(tuple(Problem(prefix + problem.field, problem.message) for problem in found))


def _trade_of(shop: ShopFacts) -> Trade | Problem:
    """The business type says more than the industry; a category alone is enough to plan with."""
    categories = {category.value: category for category in IndustryCategory}
    hint = categories.get(shop.industry.strip())
    found = classify_industry(shop.business_type, hint) if shop.business_type else None
    if found is None and hint is not None:
        word = cut_text(clean_text(shop.business_type or ""), TRADE_WORD_MAX) or hint.value
        return Trade(category=hint, word=word)
    return found or classify_industry(shop.industry) or Problem("industry", _UNKNOWN_TRADE)


def _region_of(shop: ShopFacts) -> Region | Problem:
    if shop.city:
        field, found = "location", resolve_location(shop.city, shop.district)
    elif shop.address:
        field, found = "address", resolve_region(shop.address)
    else:
        return Problem("address", "주소나 지역(location)을 적어 주세요.")
    return found.region or Problem(field, _unplaced(found))


def _unplaced(found: RegionMatch) -> str:
    """The finding, with the places that were meant where they are few."""
    sentence = found.problem or "어느 지역인지 알 수 없습니다. '서울 강남구'처럼 시·도와 시·군·구를 적어 주세요."
    if not 1 < len(found.candidates) <= CANDIDATES_SHOWN:
        return sentence
    names = (" ".join(part for part in (place.city, place.district) if part) for place in found.candidates)
    return f"{sentence} ({', '.join(names)})"
