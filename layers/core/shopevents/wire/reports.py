"""GET /reports/quality on the wire."""

from datetime import date
from typing import Self

from pydantic import AwareDatetime

from shopevents.domain.quality import PredictionFigures, QualityGroup, QualityReport, RecommendationFigures
from shopevents.wire.validation import WireModel


class RecommendationFiguresOut(WireModel):
    """Of `count` recommendations; rates are shares of 0 to 1, null without observations."""

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

    @classmethod
    def of(cls, figures: RecommendationFigures | None) -> Self | None:
        """As the wire shows it."""
        return cls(**figures.model_dump()) if figures else None


class PredictionFiguresOut(WireModel):
    """Of `count` predictions whose result is known; errors are shares (0.2 = 20 %)."""

    count: int
    roi_error_median: float | None
    roi_within_target: float | None
    participants_error_median: float | None
    cost_error_median: float | None

    @classmethod
    def of(cls, figures: PredictionFigures | None) -> Self | None:
        """As the wire shows it."""
        return cls(**figures.model_dump()) if figures else None


class QualityGroupOut(WireModel):
    """One value of a dimension with its figures."""

    value: str
    recommendations: RecommendationFiguresOut | None
    predictions: PredictionFiguresOut | None

    @classmethod
    def of(cls, group: QualityGroup) -> Self:
        """As the wire shows it."""
        return cls(
            value=group.value,
            recommendations=RecommendationFiguresOut.of(group.recommendations),
            predictions=PredictionFiguresOut.of(group.predictions),
        )


class QualityReportOut(WireModel):
    """Both days are days of Asia/Seoul and are included. `experiments` groups by prompt variant."""

    first_day: date
    last_day: date
    computed_at: AwareDatetime
    overall: QualityGroupOut
    by_industry: list[QualityGroupOut]
    by_region: list[QualityGroupOut]
    by_budget: list[QualityGroupOut]
    by_week: list[QualityGroupOut]
    experiments: list[QualityGroupOut]


class QualityReportResponse(WireModel):
    """The report."""

    success: bool = True
    data: QualityReportOut

    @classmethod
    def of(cls, report: QualityReport) -> Self:
        """As the wire shows it."""
        groups = {
            dimension: [QualityGroupOut.of(group) for group in report.by(dimension)]
            for dimension in ("industry", "region", "budget", "week", "variant")
        }
        data = QualityReportOut(
            first_day=report.first_day,
            last_day=report.last_day,
            computed_at=report.computed_at,
            overall=QualityGroupOut.of(report.overall),
            by_industry=groups["industry"],
            by_region=groups["region"],
            by_budget=groups["budget"],
            by_week=groups["week"],
            experiments=groups["variant"],
        )
        return cls(data=data)
