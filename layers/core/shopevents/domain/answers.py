"""The answer an owner gets, and what was measured while making it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shopevents.domain.degradations import LIMITS
from shopevents.domain.plans import Plan, PlanDraft, PlanSet
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import AnswerSource, PlanSource, Purpose, RegenerateReason, Season


class Question(BaseModel):
    """A recommendation request after validation and normalisation. No name, no address.

    `asked_at` is in UTC; season and month are those of Asia/Seoul at that time.
    """

    model_config = ConfigDict(frozen=True)

    owner_id: str
    purpose: Purpose
    trade: Trade
    region: Region
    season: Season
    month: int
    asked_at: datetime
    replaces: str | None = None
    reason: RegenerateReason | None = None

    @property
    def regenerates(self) -> bool:
        """Whether the owner asks for other plans than those already shown."""
        return self.replaces is not None


class ModelUsage(BaseModel):
    """Tokens that this answer caused, 0 for a cached one."""

    model_config = ConfigDict(frozen=True)

    input_tokens: int = 0
    output_tokens: int = 0


class Metering(BaseModel):
    """What was measured: seconds in total and per stage, tokens, USD, and which cache level hit.

    `cache_level` is "result", "flight" (another container's fresh answer) or null; `cached_parts` of a new set
    are "cases" and "trends"; `stages` maps a stage's name to its seconds;
    `degradations` are codes of what was missing (see `degradations`).
    """

    model_config = ConfigDict(frozen=True)

    seconds: float = 0.0
    stages: dict[str, float] = {}
    usage: ModelUsage = ModelUsage()
    cost_usd: float = 0.0
    model: str | None = None
    cache_hit: bool = False
    cache_level: str | None = None
    cached_parts: tuple[str, ...] = ()
    degradations: tuple[str, ...] = ()

    @property
    def rate_limited(self) -> bool:
        """Whether a limit of ours kept Claude from being asked."""
        return any(code in LIMITS for code in self.degradations)


class Answer(BaseModel):
    """Six plans for one asker under an id of their own."""

    model_config = ConfigDict(frozen=True)

    recommendation_id: str
    question: Question
    plan_set: PlanSet
    prompt_variant: str
    source: AnswerSource
    message: str | None = None
    metering: Metering = Metering()


class WrittenAnswer(BaseModel):
    """The full record for `ai_recommendations`: the answer, the writer's raw text and its own proposals."""

    model_config = ConfigDict(frozen=True)

    answer: Answer
    raw: str = ""
    proposals: tuple[PlanDraft, ...] = ()


def source_of(plans: tuple[Plan, ...]) -> AnswerSource:
    """One word for who wrote the set."""
    sources = {plan.source for plan in plans}
    if len(sources) > 1:
        return AnswerSource.MIXED
    return {
        PlanSource.CLAUDE: AnswerSource.CLAUDE,
        PlanSource.STALE: AnswerSource.STALE,
        PlanSource.CATALOG: AnswerSource.CATALOG,
    }[sources.pop()]


class StoredPlanSet(BaseModel):
    """A plan set as containers hand it to each other: through the cache, or from a flight's leader."""

    model_config = ConfigDict(frozen=True)

    plan_set: PlanSet
    model: str | None = None
    degradations: tuple[str, ...] = ()
