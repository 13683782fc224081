"""The quality report's figures, computed in SQL: one pass per table over the days asked for."""

from collections.abc import Iterable
from datetime import date
from typing import Any, LiteralString

from psycopg.rows import DictRow

from shopevents.adapters.database.connection import Database
from shopevents.domain.metric_names import PROMISED_SECONDS
from shopevents.domain.quality import ROI_ERROR_TARGET, PredictionFigures, QualityGroup, RecommendationFigures

OVERALL = "overall"
# A report over a million rows takes seconds, not the moment that a request's statement may take.
_REPORT_SECONDS = 25.0

# The dimension and its value of a row of GROUPING SETS: exactly one of the columns is grouped by.
_RECOMMENDATIONS: LiteralString = """
    WITH asked AS (
        SELECT industry, location_city AS region, prompt_variant AS variant,
               to_char(date_trunc('week', created_at AT TIME ZONE 'Asia/Seoul'), 'YYYY-MM-DD') AS week,
               split_part(selected_option, '-', 1) AS budget,
               cache_hit, source, selected_option, replaces, seconds, cost_usd
        FROM ai_recommendations
        WHERE created_at >= (%(first)s::date)::timestamp AT TIME ZONE 'Asia/Seoul'
          AND created_at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
    )
    SELECT CASE WHEN GROUPING(industry) = 0 THEN 'industry' WHEN GROUPING(region) = 0 THEN 'region'
                WHEN GROUPING(week) = 0 THEN 'week' WHEN GROUPING(variant) = 0 THEN 'variant'
                WHEN GROUPING(budget) = 0 THEN 'budget' ELSE 'overall' END AS dimension,
           coalesce(industry, region, week, variant, budget, '') AS value,
           count(*) AS count,
           avg(cache_hit::int) AS cache_hit_rate,
           avg((seconds <= %(promised)s)::int) AS success_rate,
           avg((source <> 'claude')::int) AS degraded_rate,
           avg((selected_option IS NOT NULL)::int) AS selection_rate,
           avg((replaces IS NOT NULL)::int) AS regeneration_rate,
           percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY seconds) AS seconds,
           coalesce(sum(cost_usd), 0) AS cost_usd
    FROM asked
    GROUP BY GROUPING SETS ((), (industry), (region), (week), (variant), (budget))
    HAVING GROUPING(budget) = 1 OR budget <> ''
    ORDER BY dimension, value
"""
_PREDICTIONS: LiteralString = """
    WITH measured AS (
        SELECT events.industry, events.location_city AS region, events.budget,
               to_char(date_trunc('week', performance.completed_at AT TIME ZONE 'Asia/Seoul'), 'YYYY-MM-DD') AS week,
               answers.prompt_variant AS variant,
               performance.roi_error, performance.participants_error, performance.cost_error
        FROM event_performance AS performance
        JOIN events ON events.id = performance.event_id
            AND (events.measured_by IS NULL OR events.measured_by = performance.id)
        LEFT JOIN ai_recommendations AS answers ON answers.id = events.recommendation_id
        WHERE performance.roi_error IS NOT NULL AND events.withdrawn_at IS NULL AND NOT events.outlier
          AND performance.completed_at >= (%(first)s::date)::timestamp AT TIME ZONE 'Asia/Seoul'
          AND performance.completed_at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
    )
    SELECT CASE WHEN GROUPING(industry) = 0 THEN 'industry' WHEN GROUPING(region) = 0 THEN 'region'
                WHEN GROUPING(week) = 0 THEN 'week' WHEN GROUPING(variant) = 0 THEN 'variant'
                WHEN GROUPING(budget) = 0 THEN 'budget' ELSE 'overall' END AS dimension,
           coalesce(industry, region, week, variant, budget, '') AS value,
           count(*) AS count,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY roi_error) AS roi_error_median,
           avg((roi_error <= %(target)s)::int) AS roi_within_target,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY participants_error) AS participants_error_median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY cost_error) AS cost_error_median
    FROM measured
    GROUP BY GROUPING SETS ((), (industry), (region), (week), (variant), (budget))
    ORDER BY dimension, value
"""


class PostgresQualityFigures:
    """Aggregates `ai_recommendations` and `event_performance`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def groups(self, first_day: date, last_day: date) -> tuple[QualityGroup, ...]:
        """See the port."""
        days = {"first": first_day, "last": last_day}
        async with self._database.transaction(seconds=_REPORT_SECONDS) as connection:
            asked = await connection.execute(_RECOMMENDATIONS, {**days, "promised": PROMISED_SECONDS})
            recommendations = {_key(row): _recommendations(row) for row in await asked.fetchall()}
            measured = await connection.execute(_PREDICTIONS, {**days, "target": ROI_ERROR_TARGET})
            predictions = {_key(row): _predictions(row) for row in await measured.fetchall()}
        return tuple(
            QualityGroup(
                dimension=dimension,
                value=value,
                recommendations=recommendations.get((dimension, value)),
                predictions=predictions.get((dimension, value)),
            )
            for dimension, value in _ordered({*recommendations, *predictions})
        )


def _ordered(keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(keys, key=lambda key: (key[0] != OVERALL, key))


def _key(row: DictRow) -> tuple[str, str]:
    return str(row["dimension"]), str(row["value"])


def _recommendations(row: DictRow) -> RecommendationFigures:
    p50, p95, p99 = row["seconds"] or (None, None, None)
    rates = {name: _share(value) for name, value in row.items() if name.endswith("_rate")}
    return RecommendationFigures(
        count=row["count"], cost_usd=row["cost_usd"], seconds_p50=p50, seconds_p95=p95, seconds_p99=p99, **rates
    )


def _predictions(row: DictRow) -> PredictionFigures:
    figures = {name: _share(row[name]) for name in PredictionFigures.model_fields if name != "count"}
    return PredictionFigures(count=row["count"], **figures)


def _share(value: Any) -> float | None:
    return None if value is None else float(value)
