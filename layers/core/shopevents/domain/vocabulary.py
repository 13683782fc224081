"""The product's closed vocabularies: what owners, plans and cases are described with."""

from enum import StrEnum


class Purpose(StrEnum):
    """What the owner wants from the event (the wire's `eventPurpose`)."""

    NEW_CUSTOMERS = "신규고객유치"
    REPEAT_VISITS = "재방문유도"
    SALES = "매출증대"
    AWARENESS = "인지도향상"


class IndustryCategory(StrEnum):
    """The five categories that cases and vector namespaces are grouped by."""

    FOOD = "음식점"
    RETAIL = "소매점"
    SERVICE = "서비스"
    LODGING = "숙박"
    OTHER = "기타"


class Season(StrEnum):
    """Meteorological seasons of Korea: 봄 is March to May."""

    SPRING = "봄"
    SUMMER = "여름"
    AUTUMN = "가을"
    WINTER = "겨울"

    @classmethod
    def of_month(cls, month: int) -> "Season":
        """The season of a calendar month (1 to 12)."""
        return (cls.WINTER, cls.SPRING, cls.SUMMER, cls.AUTUMN)[month % 12 // 3]


class Budget(StrEnum):
    """How much an owner is ready to spend; the bands in 원 are in `budgets`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class EventType(StrEnum):
    """Where people take part."""

    ONLINE = "online"
    OFFLINE = "offline"


class Slot(StrEnum):
    """One of the six places of a plan set, in the order of the answer."""

    LOW_ONLINE = "low-online"
    LOW_OFFLINE = "low-offline"
    MEDIUM_ONLINE = "medium-online"
    MEDIUM_OFFLINE = "medium-offline"
    HIGH_ONLINE = "high-online"
    HIGH_OFFLINE = "high-offline"

    @property
    def budget(self) -> Budget:
        """The budget half of the slot."""
        return Budget(self.value.split("-")[0])

    @property
    def event_type(self) -> EventType:
        """The online / offline half of the slot."""
        return EventType(self.value.split("-")[1])


class Mechanic(StrEnum):
    """How a plan works. Closed: extended together with a migration."""

    FOLLOW = "follow"
    REVIEW = "review"
    PHOTO = "photo"
    QUIZ = "quiz"
    STAMP_CARD = "stamp_card"
    COUPON = "coupon"
    DISCOUNT = "discount"
    GIFT_WITH_PURCHASE = "gift_with_purchase"
    LUCKY_DRAW = "lucky_draw"
    REFERRAL = "referral"
    INFLUENCER = "influencer"
    VIP_INVITATION = "vip_invitation"
    CLASS = "class"
    TASTING = "tasting"
    GROUP_DISCOUNT = "group_discount"
    SEASONAL_SET = "seasonal_set"
    COLLABORATION = "collaboration"
    DONATION = "donation"


class Provenance(StrEnum):
    """Where a case comes from, and so what may be said of it.

    `planned` is ours and not yet run (only its own shop sees it); `observed` is ours with results;
    `published` is public, with its link; `illustrative` was composed to bootstrap and claims no result.
    """

    PLANNED = "planned"
    OBSERVED = "observed"
    PUBLISHED = "published"
    ILLUSTRATIVE = "illustrative"


class PlanSource(StrEnum):
    """Who wrote a plan."""

    CLAUDE = "claude"
    STALE = "stale"
    CATALOG = "catalog"


class AnswerSource(StrEnum):
    """Who wrote a plan set: one source for all six, or a mix."""

    CLAUDE = "claude"
    MIXED = "mixed"
    STALE = "stale"
    CATALOG = "catalog"


class NumbersBasis(StrEnum):
    """Whether a plan's numbers are computed from assumptions or from observed results."""

    ASSUMED = "assumed"
    OBSERVED = "observed"


class RegenerateReason(StrEnum):
    """Why an owner asks for other plans."""

    TOO_EXPENSIVE = "too_expensive"
    NOT_MY_STYLE = "not_my_style"
    DID_BEFORE = "did_before"
    OTHER = "other"
