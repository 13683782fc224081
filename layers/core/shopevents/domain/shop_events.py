"""Our shops' own events: what was planned, with which prediction, and where it stands."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from shopevents.domain.cases import Case
from shopevents.domain.performance import PerformanceReport
from shopevents.domain.plans import Plan
from shopevents.domain.shops import Region
from shopevents.domain.vocabulary import (
    Budget,
    EventType,
    IndustryCategory,
    Mechanic,
    NumbersBasis,
    Provenance,
    Purpose,
    Season,
    Slot,
)

SEOUL = ZoneInfo("Asia/Seoul")

# Characters that an owner's own wording may have (the columns of `events`), and the largest cost in 원.
EVENT_TITLE_MAX = 100
EVENT_PRIZE_MAX = 50
EVENT_PARTICIPATION_MAX = 200
EVENT_COST_MAX = 10_000_000_000

# Days after its start that an event without an end is taken to be over.
OPEN_END_DAYS = 30
# Days after its end in which an owner counts; then the result is due.
COUNTING_DAYS = 3


class EventStatus(StrEnum):
    """Where a shop event stands, from its dates in Asia/Seoul and from what was reported."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    RESULT_DUE = "result_due"
    MEASURED = "measured"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """How a shop event reaches people."""

    INSTAGRAM = "instagram"
    NAVER = "naver"
    KAKAO = "kakao"
    SMS = "sms"
    FLYER = "flyer"
    STORE = "store"
    OTHER = "other"


_SHOP = "가게"


class Prediction(BaseModel):
    """What was promised with the plan, after calibration: people, 원, %. The writer's own proposal is in the record of
    the recommendation, so that both can be compared with what happened."""

    model_config = ConfigDict(frozen=True)

    participants: int
    cost: int
    roi: float
    participants_range: tuple[int, int] | None = None
    roi_range: tuple[int, int] | None = None
    numbers: NumbersBasis = NumbersBasis.ASSUMED

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """What a finished plan promises."""
        return cls(
            participants=plan.expected_participants,
            cost=plan.cost,
            roi=plan.roi,
            participants_range=plan.participants_range,
            roi_range=plan.roi_range,
            numbers=plan.numbers,
        )


class ShopEvent(BaseModel):
    """An event of one of our shops. `cost` in 원 is what the owner means to spend; `prediction` is null for an event
    that no recommendation stands behind. `version` grows with every change."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    owner_id: str
    title: str = Field(min_length=1, max_length=EVENT_TITLE_MAX)
    prize: str | None = Field(default=None, max_length=EVENT_PRIZE_MAX)
    participation: str = Field(default="", max_length=EVENT_PARTICIPATION_MAX)
    mechanic: Mechanic
    event_type: EventType | None = None
    budget: Budget | None = None
    industry: IndustryCategory
    business_type: str | None = None
    region: Region
    season: Season
    month: int = Field(ge=1, le=12)
    purposes: tuple[Purpose, ...] = ()
    cost: int | None = Field(default=None, ge=0, le=EVENT_COST_MAX)
    prediction: Prediction | None = None
    recommendation_id: str | None = None
    option: Slot | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    channels: tuple[Channel, ...] = ()
    withdrawn_at: AwareDatetime | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    version: int = 1

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if (self.recommendation_id is None) != (self.option is None):
            raise ValueError("a recommendation and its option come together")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("it ends before it starts")
        return self

    def status(self, *, measured: bool, today: date) -> EventStatus:
        """Where it stands on `today` (of Asia/Seoul); `measured`: whether a result was reported."""
        if self.withdrawn_at:
            return EventStatus.WITHDRAWN
        if measured:
            return EventStatus.MEASURED
        if self.starts_on is None or today < self.starts_on:
            return EventStatus.PLANNED
        last_day = self.ends_on or self.starts_on + timedelta(days=OPEN_END_DAYS)
        if today <= last_day:
            return EventStatus.RUNNING
        return EventStatus.ENDED if today <= last_day + timedelta(days=COUNTING_DAYS) else EventStatus.RESULT_DUE


class TrackedEvent(BaseModel):
    """A shop event with where it stands and, once it was reported, what came of it."""

    model_config = ConfigDict(frozen=True)

    shop_event: ShopEvent
    status: EventStatus
    result: PerformanceReport | None = None

    @classmethod
    def at(cls, moment: datetime, shop_event: ShopEvent, result: PerformanceReport | None = None) -> Self:
        """As it stands at `moment`."""
        today = moment.astimezone(SEOUL).date()
        status = shop_event.status(measured=result is not None, today=today)
        return cls(shop_event=shop_event, status=status, result=result)


def case_of(shop_event: ShopEvent, result: PerformanceReport | None, shop_name: str | None = None) -> Case:
    """The shop event as grounding: `planned`, seen by its own shop only, or with its result `observed`, without the
    shop (nor its name in the owner's words) and with rounded numbers, since every shop may see it (design, section 1)."""
    planned = result is None
    cost = shop_event.cost if result is None else _rounded(result.actual_cost)
    hidden = None if planned else shop_name
    return Case(
        case_id=shop_event.event_id,
        title=_without(hidden, shop_event.title),
        prize=_without(hidden, shop_event.prize) if shop_event.prize else None,
        participation=_without(hidden, shop_event.participation),
        mechanic=shop_event.mechanic,
        event_type=shop_event.event_type,
        industry=shop_event.industry,
        business_type=shop_event.business_type,
        city=shop_event.region.city,
        district=shop_event.region.district,
        season=shop_event.season,
        month=shop_event.month,
        purposes=shop_event.purposes,
        stated_budget=shop_event.budget,
        cost=cost,
        participants=None if result is None else _rounded(result.actual_participants),
        roi=None if result is None else float(round(result.actual_roi, -1)),
        provenance=Provenance.PLANNED if planned else Provenance.OBSERVED,
        owner_id=shop_event.owner_id if planned else None,
    )


def _without(name: str | None, text: str) -> str:
    """The text with the shop's name, however it is spaced and cased, as "가게", which no name is shorter than. A name of one
    character is a part of other words and stays."""
    letters = [re.escape(letter) for letter in "".join((name or "").split())]
    if len(letters) < len(_SHOP):
        return text
    return re.sub(r"\s*".join(letters), _SHOP, text, flags=re.IGNORECASE)


def _rounded(number: int) -> int:
    """Two significant digits: enough to plan with, too few to recognise a shop's books."""
    return int(float(f"{number:.1e}"))
