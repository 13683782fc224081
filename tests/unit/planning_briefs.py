"""Briefs that the planner's tests ask with, and what a shop would be answered."""

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.plan_finishing import finish_plans
from shopevents.domain.plan_rules import accept_drafts
from shopevents.domain.planning.catalog_plans import plan_from_catalog
from shopevents.domain.plans import Plan, PlanDraft
from shopevents.domain.shops import Region, Trade
from shopevents.domain.trade_profiles import described_keys
from shopevents.domain.vocabulary import IndustryCategory, PlanSource, Purpose, Season

SEASON_OF_MONTH = dict(zip(range(1, 13), [Season.WINTER] * 2 + [Season.SPRING] * 3 + [Season.SUMMER] * 3
                           + [Season.AUTUMN] * 3 + [Season.WINTER], strict=True))  # fmt: skip

_CATEGORIES = {"I2": IndustryCategory.FOOD, "G2": IndustryCategory.RETAIL, "I1": IndustryCategory.LODGING}


def trade_of(key: str, word: str = "가게") -> Trade:
    """The trade of a described code or category."""
    if key in set(IndustryCategory):
        return Trade(category=IndustryCategory(key), word=word)
    return Trade(category=_CATEGORIES.get(key[:2], IndustryCategory.SERVICE), code=key, word=word)


ALL_TRADES = tuple(trade_of(key, "우리가게") for key in described_keys())

GRILL = trade_of("I20107", "고깃집")
NAILS = trade_of("S20703", "네일샵")
HOTEL = trade_of("I10101", "호텔")
CLINIC = trade_of("Q10210", "치과")


def brief_of(
    trade: Trade = GRILL,
    region: Region | None = None,
    month: int = 11,
    purpose: Purpose = Purpose.NEW_CUSTOMERS,
    avoid_titles: tuple[str, ...] = (),
) -> PlanBrief:
    """A brief; 고깃집 in 강남구 in November unless told otherwise."""
    return PlanBrief(
        purpose=purpose,
        trade=trade,
        region=region or Region.of("서울", "강남구"),
        season=SEASON_OF_MONTH[month],
        month=month,
        avoid_titles=avoid_titles,
    )


def finished(brief: PlanBrief, drafts: tuple[PlanDraft, ...] | None = None) -> tuple[Plan, ...]:
    """What the catalog alone would answer."""
    accepted = accept_drafts(drafts or plan_from_catalog(brief), brief).accepted
    return finish_plans({slot: (draft, PlanSource.CATALOG) for slot, draft in accepted.items()}, brief)
