"""Shop events on the wire: POST, GET, PATCH /events and POST /events/{eventId}/performance."""

from datetime import date
from typing import Annotated, Self

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from shopevents.domain.event_wishes import Choice, Counted, EventWish, ReportAccepted
from shopevents.domain.paging import Page
from shopevents.domain.performance import (
    PARTICIPANTS_MAX,
    ROI_MAX,
    ROI_MIN,
    WON_MAX,
    ChannelResult,
    PerformanceReport,
)
from shopevents.domain.shop_events import (
    EVENT_COST_MAX,
    EVENT_PARTICIPATION_MAX,
    EVENT_PRIZE_MAX,
    EVENT_TITLE_MAX,
    Channel,
    EventStatus,
    Prediction,
    TrackedEvent,
)
from shopevents.domain.vocabulary import Budget, EventType, Mechanic, NumbersBasis, Slot
from shopevents.wire.validation import Line, WireModel

_DAY_LENGTH = len("2026-12-01")

type Title = Annotated[str, Line(EVENT_TITLE_MAX, emoji=True)]
type Prize = Annotated[str, Line(EVENT_PRIZE_MAX, emoji=True)]
type Participation = Annotated[str, Line(EVENT_PARTICIPATION_MAX, emoji=True)]


def _written_day(value: object) -> object:
    """Days come as "2026-12-01" only, not as the numbers and times that could be read as one too."""
    if value is None or (isinstance(value, str) and len(value) == _DAY_LENGTH):
        return value
    raise PydanticCustomError("date_type", "a day")


type Day = Annotated[date, BeforeValidator(_written_day)]
type Won = Annotated[int, Field(ge=0, le=EVENT_COST_MAX, strict=True)]
type Channels = Annotated[tuple[Channel, ...], Field(max_length=len(Channel))]

_CHANNELS_MAX = 10


class _EventFields(WireModel):
    """What an owner may say of an event."""

    title: Title | None = None
    prize: Prize | None = None
    participation: Participation | None = None
    cost: Won | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    channels: Channels | None = None

    def wish(self) -> EventWish:
        """What was said, as the use case takes it."""
        return EventWish(**{name: getattr(self, name) for name in EventWish.model_fields if hasattr(self, name)})

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("종료일은 시작일과 같거나 그 뒤여야 합니다.")
        return self


# Rules between fields, for readers of the schema; `_says_what_it_is` enforces them and says them in Korean.
_CHOSEN: JsonDict = {
    "required": ["recommendationId", "option"],
    "properties": {"recommendationId": {"type": "string"}, "option": {"type": "string"}},
}
_OWN_IDEA: JsonDict = {
    "required": ["title"],
    "properties": {"title": {"type": "string"}, "recommendationId": {"type": "null"}, "option": {"type": "null"}},
}


class EventCreate(_EventFields):
    """An event chosen from a recommendation (with both ids), or the owner's own (then with a title)."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_CHOSEN, _OWN_IDEA]})

    recommendation_id: Annotated[str, Line(64)] | None = None
    option: Slot | None = None
    mechanic: Mechanic | None = None

    def choice(self) -> Choice | None:
        """The chosen option, None for the owner's own idea."""
        if self.recommendation_id is None or self.option is None:
            return None
        return Choice(recommendation_id=self.recommendation_id, option=self.option)

    @model_validator(mode="after")
    def _says_what_it_is(self) -> Self:
        if (self.recommendation_id is None) != (self.option is None):
            raise ValueError("추천 번호(recommendationId)와 고른 추천(option)은 함께 적어 주세요.")
        if self.recommendation_id is None and self.title is None:
            raise ValueError("추천 없이 만드는 이벤트에는 제목(title)이 필요합니다.")
        return self


class EventPatch(_EventFields):
    """What changes; `withdrawn: true` takes the event back."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    withdrawn: Annotated[bool, Field(strict=True)] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("바꿀 항목을 하나 이상 적어 주세요.")
        return self


class ChannelIn(WireModel):
    """What one channel brought and took."""

    name: Annotated[str, Line(20)]
    participants: Annotated[int, Field(ge=0, le=PARTICIPANTS_MAX, strict=True)] | None = None
    cost: Annotated[int, Field(ge=0, le=WON_MAX, strict=True)] | None = None


_RETURN_GIVEN: JsonDict = {"required": ["actualRoi"], "properties": {"actualRoi": {"type": "number"}}}
_RETURN_COMPUTED: JsonDict = {
    "required": ["revenue"],
    "properties": {"revenue": {"type": "integer"}, "actualCost": {"minimum": 1}},
}


class PerformancePost(WireModel):
    """What really happened. `actualRoi` in %, or `revenue` (added revenue in 원) to compute it from."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_RETURN_GIVEN, _RETURN_COMPUTED]})

    actual_participants: Annotated[int, Field(ge=0, le=PARTICIPANTS_MAX, strict=True)]
    actual_cost: Annotated[int, Field(ge=0, le=WON_MAX, strict=True)]
    actual_roi: Annotated[float, Field(ge=ROI_MIN, le=ROI_MAX, allow_inf_nan=False, strict=True)] | None = None
    revenue: Annotated[int, Field(ge=0, le=100 * WON_MAX, strict=True)] | None = None
    channels: Annotated[tuple[ChannelIn, ...], Field(max_length=_CHANNELS_MAX)] = ()

    def counted(self) -> Counted:
        """What was counted, as the use case takes it."""
        return Counted(
            actual_participants=self.actual_participants,
            actual_cost=self.actual_cost,
            actual_roi=self.actual_roi,
            revenue=self.revenue,
            channels=tuple(ChannelResult(**channel.model_dump()) for channel in self.channels),
        )

    @field_validator("channels")
    @classmethod
    def _names_each_channel_once(cls, channels: tuple[ChannelIn, ...]) -> tuple[ChannelIn, ...]:
        if len({channel.name for channel in channels}) < len(channels):
            raise ValueError("같은 채널은 한 번만 적어 주세요.")
        return channels

    @model_validator(mode="after")
    def _has_a_return(self) -> Self:
        if self.actual_roi is None and self.revenue is None:
            raise ValueError("ROI(actualRoi)나 늘어난 매출(revenue) 가운데 하나는 적어 주세요.")
        if self.actual_roi is None and self.actual_cost == 0:
            raise ValueError("쓴 돈이 0원이면 ROI를 계산할 수 없습니다. ROI(actualRoi)를 적어 주세요.")
        return self


class PredictionOut(WireModel):
    """What was expected: people, 원, %."""

    participants: int
    cost: int
    roi: float
    participants_range: tuple[int, int] | None
    roi_range: tuple[int, int] | None
    numbers: NumbersBasis

    @classmethod
    def of(cls, prediction: Prediction) -> Self:
        """As the wire shows it."""
        return cls(
            participants=prediction.participants,
            cost=prediction.cost,
            roi=prediction.roi,
            participants_range=prediction.participants_range,
            roi_range=prediction.roi_range,
            numbers=prediction.numbers,
        )


class ResultOut(WireModel):
    """What really happened, and how far the prediction was off (0.2 = 20 %), once that is computed."""

    actual_participants: int
    actual_cost: int
    actual_roi: float
    reported_at: AwareDatetime
    roi_error: float | None = None
    participants_error: float | None = None
    cost_error: float | None = None

    @classmethod
    def of(cls, report: PerformanceReport) -> Self:
        """As the wire shows it."""
        accuracy = report.accuracy
        return cls(
            actual_participants=report.actual_participants,
            actual_cost=report.actual_cost,
            actual_roi=report.actual_roi,
            reported_at=report.reported_at,
            roi_error=accuracy.roi_error if accuracy else None,
            participants_error=accuracy.participants_error if accuracy else None,
            cost_error=accuracy.cost_error if accuracy else None,
        )


class EventOut(WireModel):
    """A shop event with prediction against result."""

    event_id: str
    status: EventStatus
    title: str
    prize: str | None
    participation: str
    mechanic: Mechanic
    type: EventType | None
    budget: Budget | None
    cost: int | None
    starts_on: date | None
    ends_on: date | None
    channels: list[Channel]
    recommendation_id: str | None
    option: Slot | None
    prediction: PredictionOut | None
    result: ResultOut | None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, tracked: TrackedEvent) -> Self:
        """As the wire shows it."""
        shop_event, result = tracked.shop_event, tracked.result
        same = {name: getattr(shop_event, name) for name in _SAME_NAMES}
        return cls(
            status=tracked.status,
            type=shop_event.event_type,
            channels=list(shop_event.channels),
            prediction=PredictionOut.of(shop_event.prediction) if shop_event.prediction else None,
            result=ResultOut.of(result) if result else None,
            **same,
        )


_SAME_NAMES = (
    "event_id",
    "title",
    "prize",
    "participation",
    "mechanic",
    "budget",
    "cost",
    "starts_on",
    "ends_on",
    "recommendation_id",
    "option",
    "created_at",
    "updated_at",
)


class EventResponse(WireModel):
    """One shop event."""

    success: bool = True
    data: EventOut

    @classmethod
    def of(cls, tracked: TrackedEvent) -> Self:
        """As the wire shows it."""
        return cls(data=EventOut.of(tracked))


class EventPage(WireModel):
    """Some shop events, newest first; `nextCursor` is null at the end."""

    items: list[EventOut]
    next_cursor: str | None


class EventListResponse(WireModel):
    """A page of shop events."""

    success: bool = True
    data: EventPage

    @classmethod
    def of(cls, page: Page[TrackedEvent]) -> Self:
        """As the wire shows it."""
        items = [EventOut.of(tracked) for tracked in page.items]
        return cls(data=EventPage(items=items, next_cursor=page.next_cursor))


class PerformanceAccepted(WireModel):
    """The report is durable; how far the prediction was off follows."""

    event_id: str
    reported_at: AwareDatetime
    actual_participants: int
    actual_cost: int
    actual_roi: float


class PerformanceResponse(WireModel):
    """A 202."""

    success: bool = True
    data: PerformanceAccepted

    @classmethod
    def of(cls, accepted: ReportAccepted) -> Self:
        """As the wire shows it."""
        return cls(data=PerformanceAccepted(**accepted.model_dump()))
