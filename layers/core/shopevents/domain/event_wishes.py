"""What an owner says about an event of theirs, and what comes of it."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shopevents.domain.answers import Answer
from shopevents.domain.effects import Feedback
from shopevents.domain.errors import InvalidInput, NotFound, Problem
from shopevents.domain.participation import event_type_of, mechanic_of
from shopevents.domain.performance import ChannelResult, Result, contribution_margin, roi_of
from shopevents.domain.plans import Plan
from shopevents.domain.shop_events import (
    EVENT_COST_MAX,
    EVENT_PARTICIPATION_MAX,
    EVENT_PRIZE_MAX,
    EVENT_TITLE_MAX,
    SEOUL,
    Channel,
    Prediction,
    ShopEvent,
)
from shopevents.domain.shop_profiles import ShopProfile
from shopevents.domain.vocabulary import EventType, IndustryCategory, Mechanic, Season, Slot

type EditedField = Literal["title", "prize", "participation", "cost"]
_EDITABLE: tuple[EditedField, ...] = ("title", "prize", "participation", "cost")


class EventWish(BaseModel):
    """Everything optional: what is not said stays as it is, or as the plan has it. `cost` in 원."""

    model_config = ConfigDict(frozen=True)

    title: str | None = Field(default=None, min_length=1, max_length=EVENT_TITLE_MAX)
    prize: str | None = Field(default=None, max_length=EVENT_PRIZE_MAX)
    participation: str | None = Field(default=None, max_length=EVENT_PARTICIPATION_MAX)
    cost: int | None = Field(default=None, ge=0, le=EVENT_COST_MAX)
    starts_on: date | None = None
    ends_on: date | None = None
    channels: tuple[Channel, ...] | None = None
    mechanic: Mechanic | None = None
    event_type: EventType | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What the owner said, by field of `ShopEvent`."""
        return {name: value for name, value in self if value is not None}


class Choice(BaseModel):
    """The option of a recommendation that an owner chose."""

    model_config = ConfigDict(frozen=True)

    recommendation_id: str
    option: Slot

    def plan_of(self, answer: Answer) -> Plan:
        """The chosen plan. Raises NotFound where the answer has none for the option."""
        for plan in answer.plan_set.plans:
            if plan.slot is self.option:
                return plan
        raise NotFound("추천안을 찾을 수 없습니다.")


class Counted(BaseModel):
    """What an owner counted. Either `actual_roi` (%), taken as given, or added `revenue` (원), from which the ROI is
    computed with the trade's assumed contribution margin."""

    model_config = ConfigDict(frozen=True)

    actual_participants: int
    actual_cost: int
    actual_roi: float | None = None
    revenue: int | None = None
    channels: tuple[ChannelResult, ...] = ()

    def result(self, industry: IndustryCategory) -> Result:
        """With its ROI. Raises InvalidInput where there is none."""
        return Result(
            actual_participants=self.actual_participants,
            actual_cost=self.actual_cost,
            actual_roi=self._roi(industry),
            revenue=self.revenue,
            channels=self.channels,
        )

    def _roi(self, industry: IndustryCategory) -> float:
        if self.actual_roi is not None:
            return self.actual_roi
        if self.revenue is None:
            raise InvalidInput((Problem("actualRoi", "ROI나 늘어난 매출 가운데 하나를 적어 주세요."),))
        if self.actual_cost == 0:
            raise InvalidInput(
                (Problem("actualCost", "비용이 0원이면 ROI를 계산할 수 없으니 ROI를 직접 적어 주세요."),)
            )
        return roi_of(revenue=self.revenue, cost=self.actual_cost, margin=contribution_margin(industry))


class ReportAccepted(BaseModel):
    """A result that is kept, and whose accuracy follows."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    reported_at: datetime
    actual_participants: int
    actual_cost: int
    actual_roi: float


class Drafting(BaseModel):
    """Makes the shop event that an owner wishes for; `event_id` and `now` are its own."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    owner_id: str
    now: datetime

    def from_plan(self, choice: Choice, answer: Answer, wish: EventWish) -> ShopEvent:
        """The chosen plan with the owner's edits. Raises InvalidInput, NotFound."""
        plan, question = choice.plan_of(answer), answer.question
        facts = {
            "title": plan.title,
            "prize": plan.prize,
            "participation": plan.participation,
            "cost": plan.cost,
            "mechanic": plan.mechanic,
            "event_type": plan.event_type,
            "budget": plan.budget,
            "industry": question.trade.category,
            "business_type": question.trade.word,
            "region": question.region,
            "purposes": (question.purpose,),
            "prediction": Prediction.of(plan),
            "recommendation_id": choice.recommendation_id,
            "option": choice.option,
        }
        return self._made(facts | wish.said)

    def from_scratch(self, shop: ShopProfile | None, wish: EventWish) -> ShopEvent:
        """The owner's own idea for their stored shop. Raises InvalidInput."""
        problems = []
        if shop is None:
            problems.append(Problem("recommendationId", "추천안을 고르거나 먼저 가게 정보를 등록해 주세요."))
        if wish.title is None:
            problems.append(Problem("title", "이벤트 제목을 적어 주세요."))
        if shop is None or problems:
            raise InvalidInput(tuple(problems))
        words = f"{wish.title} {wish.participation or ''}"
        # Where no word says how it works: with a prize people get something, without one they pay less.
        unsaid = Mechanic.GIFT_WITH_PURCHASE if wish.prize else Mechanic.DISCOUNT
        facts = {
            "mechanic": mechanic_of(words) or unsaid,
            "event_type": event_type_of(words),
            "industry": shop.trade.category,
            "business_type": shop.trade.word,
            "region": shop.region,
        }
        return self._made(facts | wish.said)

    def _made(self, facts: dict[str, Any]) -> ShopEvent:
        check_dates(facts.get("starts_on"), facts.get("ends_on"))
        month = (facts.get("starts_on") or self.now.astimezone(SEOUL).date()).month
        return ShopEvent(
            **facts,
            event_id=self.event_id,
            owner_id=self.owner_id,
            season=Season.of_month(month),
            month=month,
            created_at=self.now,
            updated_at=self.now,
        )


def changed_by(wish: EventWish, shop_event: ShopEvent, now: datetime) -> ShopEvent:
    """The shop event as wished for, in its next version; itself where the wish changes nothing. Raises InvalidInput."""
    facts = dict(shop_event) | wish.said
    check_dates(facts["starts_on"], facts["ends_on"])
    if facts == dict(shop_event):
        return shop_event
    month = facts["starts_on"].month if wish.starts_on else shop_event.month
    facts |= {"month": month, "season": Season.of_month(month), "updated_at": now, "version": shop_event.version + 1}
    return ShopEvent(**facts)


def check_dates(starts_on: date | None, ends_on: date | None) -> None:
    """Raises InvalidInput where an event would end before it starts."""
    if starts_on and ends_on and ends_on < starts_on:
        raise InvalidInput((Problem("endsOn", "끝나는 날은 시작하는 날과 같거나 그 뒤여야 합니다."),))


def chosen(shop_event: ShopEvent) -> tuple[Feedback, ...]:
    """The choice as feedback."""
    return (_feedback(shop_event, "chosen", f"chosen:{shop_event.event_id}"),) if shop_event.recommendation_id else ()


def edits(before: Plan | ShopEvent, after: ShopEvent) -> tuple[Feedback, ...]:
    """What the owner changed to what, for an event that a recommendation stands behind."""
    if after.recommendation_id is None:
        return ()
    changes = [(name, getattr(before, name), getattr(after, name)) for name in _EDITABLE]
    return tuple(
        _feedback(after, "edited", f"edited:{after.event_id}:{after.version}:{name}").model_copy(
            update={"field": name, "before": _text(was), "after": _text(is_now)}
        )
        for name, was, is_now in changes
        if was != is_now
    )


def _feedback(shop_event: ShopEvent, kind: Literal["chosen", "edited"], occurrence: str) -> Feedback:
    return Feedback(
        kind=kind,
        owner_id=shop_event.owner_id,
        recommendation_id=shop_event.recommendation_id or "",
        occurrence=occurrence,
        given_at=shop_event.updated_at,
        option=shop_event.option,
        event_id=shop_event.event_id,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
