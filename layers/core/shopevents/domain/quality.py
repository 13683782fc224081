"""How good the recommendations are: figures that always say on how many observations they stand."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict

# What the design asks of production (section 9).
CACHE_HIT_TARGET = 0.5
SUCCESS_TARGET = 0.99
SELECTION_TARGET = 0.7
REGENERATION_LIMIT = 0.3
# A prediction within this share of the real figure counts as right.
ROI_ERROR_TARGET = 0.2
# How far back a report looks when nobody says otherwise.
WINDOW_DAYS = 28


class RecommendationFigures(BaseModel):
    """Of `count` recommendations. Rates are shares (0 to 1), null without observations. `success`: six plans
    within the promised ten seconds; `selected`: at least one option was chosen; `degraded`: not all by Claude.
    Seconds are p50, p95 and p99; `cost_usd` is their sum. Every answer has plans of every budget, so those of a
    budget are all of them, `selected` where an option of that budget was chosen."""

    model_config = ConfigDict(frozen=True)

    count: int
    cache_hit_rate: float | None
    success_rate: float | None
    degraded_rate: float | None
    selection_rate: float | None
    regeneration_rate: float | None
    seconds_p50: float | None
    seconds_p95: float | None
    seconds_p99: float | None
    cost_usd: float


class PredictionFigures(BaseModel):
    """Of `count` predictions whose result is known. Errors are shares (0.2 = 20 %)."""

    model_config = ConfigDict(frozen=True)

    count: int
    roi_error_median: float | None
    roi_within_target: float | None
    participants_error_median: float | None
    cost_error_median: float | None


class QualityGroup(BaseModel):
    """The figures of one value of a dimension ("industry" = 음식점, "week" = 2026-11-16)."""

    model_config = ConfigDict(frozen=True)

    dimension: str
    value: str
    recommendations: RecommendationFigures | None = None
    predictions: PredictionFigures | None = None


class QualityReport(BaseModel):
    """Everything between two days of Asia/Seoul, the last one included. `experiments` groups by prompt variant."""

    model_config = ConfigDict(frozen=True)

    first_day: date
    last_day: date
    computed_at: AwareDatetime
    overall: QualityGroup
    groups: tuple[QualityGroup, ...]

    def by(self, dimension: str) -> tuple[QualityGroup, ...]:
        """The groups of one dimension: industry, region, budget, week, variant."""
        return tuple(group for group in self.groups if group.dimension == dimension)
