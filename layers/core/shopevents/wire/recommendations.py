"""POST /recommendations: what comes in and what goes out."""

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BeforeValidator, Field

from shopevents.domain.answers import Answer
from shopevents.domain.paging import Page
from shopevents.domain.plans import BasisCase, Plan
from shopevents.domain.questions import Ask, ShopFacts
from shopevents.domain.vocabulary import (
    AnswerSource,
    Budget,
    EventType,
    Mechanic,
    NumbersBasis,
    PlanSource,
    Provenance,
    Purpose,
    RegenerateReason,
    Slot,
)
from shopevents.wire.validation import Line, WireModel


def _unspaced(value: object) -> object:
    """The spaced form of a purpose counts too: "신규 고객 유치"."""
    return "".join(value.split()) if isinstance(value, str) else value


class Location(WireModel):
    """A placed shop, as the front end knows it."""

    city: Annotated[str, Line(20)]
    district: Annotated[str, Line(20)] | None = None


class StoreInfo(WireModel):
    """The shop to plan for. `location` wins over `address`; one of them is needed."""

    name: Annotated[str, Line(50)] | None = None
    industry: Annotated[str, Line(50)]
    business_type: Annotated[str, Line(50)] | None = None
    address: Annotated[str, Line(200)] | None = None
    location: Location | None = None

    def facts(self) -> ShopFacts:
        """What the domain classifies and places."""
        return ShopFacts(
            industry=self.industry,
            business_type=self.business_type,
            address=self.address,
            city=self.location.city if self.location else None,
            district=self.location.district if self.location else None,
        )


class Regenerate(WireModel):
    """Asks for other plans than those of an earlier answer."""

    recommendation_id: Annotated[str, Line(64)]
    reason: RegenerateReason = RegenerateReason.OTHER


class RecommendationRequest(WireModel):
    """The body of POST /recommendations."""

    event_purpose: Annotated[Purpose, BeforeValidator(_unspaced)]
    store_info: StoreInfo | None = None
    regenerate: Regenerate | None = None

    def asked_by(self, owner_id: str) -> Ask:
        """The request as the use case takes it."""
        return Ask(
            owner_id=owner_id,
            purpose=self.event_purpose,
            shop=self.store_info.facts() if self.store_info else None,
            replaces=self.regenerate.recommendation_id if self.regenerate else None,
            reason=self.regenerate.reason if self.regenerate else None,
        )


class BasisOut(WireModel):
    """A case that a plan leans on."""

    case_id: str
    title: str
    provenance: Provenance
    url: str | None = None

    @classmethod
    def of(cls, case: BasisCase) -> "BasisOut":
        """As the wire shows it."""
        return cls(case_id=case.case_id, title=case.title, provenance=case.provenance, url=case.url)


class PlanOut(WireModel):
    """One of the six plans."""

    id: Slot
    budget: Budget
    type: EventType
    title: str = Field(max_length=30)
    prize: str = Field(max_length=20)
    participation: str
    expected_participants: int
    cost: int
    roi: int
    mechanic: Mechanic
    source: PlanSource
    numbers: NumbersBasis
    participants_range: tuple[int, int] | None
    roi_range: tuple[int, int] | None
    loss_chance: float | None
    notices: list[str]
    basis: list[BasisOut]

    @classmethod
    def of(cls, plan: Plan) -> "PlanOut":
        """As the wire shows it."""
        fields: dict[str, Any] = {name: getattr(plan, name) for name in _SAME_NAMES}
        return cls(
            id=plan.slot,
            budget=plan.budget,
            type=plan.event_type,
            notices=list(plan.notices),
            basis=[BasisOut.of(case) for case in plan.basis],
            **fields,
        )


_SAME_NAMES = (
    "title",
    "prize",
    "participation",
    "expected_participants",
    "cost",
    "roi",
    "mechanic",
    "source",
    "numbers",
    "participants_range",
    "roi_range",
    "loss_chance",
)


class TrendsOut(WireModel):
    """Trends of trade, place and season."""

    industry: str
    location: str
    season: str


class RecommendationData(WireModel):
    """The answer's content."""

    recommendation_id: str
    trends: TrendsOut
    recommendations: list[PlanOut] = Field(min_length=6, max_length=6)


class ModelUsageOut(WireModel):
    """Tokens this answer caused."""

    input_tokens: int
    output_tokens: int


class AnswerMetadata(WireModel):
    """What was measured. `processingTime` in seconds since API Gateway took the request."""

    cache_hit: bool
    processing_time: float
    model_usage: ModelUsageOut
    model: str | None
    cost_usd: float
    prompt_variant: str
    source: AnswerSource
    rate_limited: bool
    message: str | None


class RecommendationResponse(WireModel):
    """The body of a 200 from POST /recommendations."""

    success: bool = True
    data: RecommendationData
    metadata: AnswerMetadata

    @classmethod
    def of(cls, answer: Answer) -> "RecommendationResponse":
        """The wire's form of an answer."""
        trends = answer.plan_set.trends
        return cls(
            data=RecommendationData(
                recommendation_id=answer.recommendation_id,
                trends=TrendsOut(industry=trends.industry, location=trends.location, season=trends.season),
                recommendations=[PlanOut.of(plan) for plan in answer.plan_set.plans],
            ),
            metadata=_metadata_of(answer),
        )


class RecommendationSummary(WireModel):
    """A past answer in a list."""

    recommendation_id: str
    event_purpose: Purpose
    titles: list[str]
    source: AnswerSource
    created_at: AwareDatetime

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """As the wire shows it."""
        return cls(
            recommendation_id=answer.recommendation_id,
            event_purpose=answer.question.purpose,
            titles=[plan.title for plan in answer.plan_set.plans],
            source=answer.source,
            created_at=answer.question.asked_at,
        )


class RecommendationPage(WireModel):
    """Some past answers, newest first; `nextCursor` is null at the end."""

    items: list[RecommendationSummary]
    next_cursor: str | None


class RecommendationListResponse(WireModel):
    """A page of past answers."""

    success: bool = True
    data: RecommendationPage

    @classmethod
    def of(cls, page: Page[Answer]) -> Self:
        """As the wire shows it."""
        items = [RecommendationSummary.of(answer) for answer in page.items]
        return cls(data=RecommendationPage(items=items, next_cursor=page.next_cursor))


def _metadata_of(answer: Answer) -> AnswerMetadata:
    metering = answer.metering
    return AnswerMetadata(
        cache_hit=metering.cache_hit,
        processing_time=round(metering.seconds, 3),
        model_usage=ModelUsageOut(input_tokens=metering.usage.input_tokens, output_tokens=metering.usage.output_tokens),
        model=metering.model,
        cost_usd=round(metering.cost_usd, 6),
        prompt_variant=answer.prompt_variant,
        source=answer.source,
        rate_limited=metering.rate_limited,
        message=answer.message,
    )
