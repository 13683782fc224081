"""The quality report's figures, computed in SQL over the rows of the days asked for."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, LiteralString

from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier

from shopevents.adapters.database.connection import Connection, Database
from shopevents.domain.metric_names import PROMISED_SECONDS
from shopevents.domain.quality import ROI_ERROR_TARGET, PredictionFigures, QualityGroup, RecommendationFigures
from shopevents.domain.vocabulary import Budget

OVERALL = "overall"
_BUDGET = "budget"
_BUDGETS: dict[str, int] = {budget: place for place, budget in enumerate(Budget)}

# Every group is sorted once per percentile, in memory up to some hundred thousand rows (RDS for PostgreSQL gives a
# statement 4 MB otherwise). Compiling such a statement costs more than it saves below a million rows.
_PLANNING: LiteralString = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"

_WITHIN = SQL("""
    {time} >= (%(first)s::date)::timestamp AT TIME ZONE 'Asia/Seoul'
    AND {time} < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
""")

# GROUPING tells which one of the columns a row of GROUPING SETS is grouped by. A week is named by its Monday.
_RECOMMENDATIONS = SQL("""
    WITH asked AS (
        SELECT industry, location_city AS region, prompt_variant AS variant,
               date_trunc('week', created_at AT TIME ZONE 'Asia/Seoul')::date AS week,
               cache_hit, source, selected_option, replaces, seconds, cost_usd
        FROM ai_recommendations
        WHERE {within}
    )
    SELECT CASE WHEN GROUPING(industry) = 0 THEN 'industry' WHEN GROUPING(region) = 0 THEN 'region'
                WHEN GROUPING(week) = 0 THEN 'week' WHEN GROUPING(variant) = 0 THEN 'variant'
                ELSE 'overall' END AS dimension,
           coalesce(industry, region, week::text, variant, '') AS value,
           count(*) AS count,
           count(*) FILTER (WHERE cache_hit) AS cache_hit_rate,
           count(*) FILTER (WHERE seconds <= %(promised)s) AS success_rate,
           count(*) FILTER (WHERE source <> 'claude') AS degraded_rate,
           count(*) FILTER (WHERE selected_option IS NOT NULL) AS selection_rate,
           count(*) FILTER (WHERE replaces IS NOT NULL) AS regeneration_rate,
           percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY seconds) AS seconds,
           coalesce(sum(cost_usd), 0) AS cost_usd
    FROM asked
    GROUP BY GROUPING SETS ((), (industry), (region), (week), (variant))
""").format(within=_WITHIN.format(time=Identifier("created_at")))
# Several options of one recommendation may be chosen; each says so in the feedback.
_SELECTIONS = SQL("""
    SELECT split_part(feedback.option, '-', 1) AS budget, count(DISTINCT answers.id) AS selected
    FROM ai_recommendations AS answers JOIN feedback ON feedback.recommendation_id = answers.id
    WHERE {within} AND feedback.kind = 'chosen'
    GROUP BY 1
""").format(within=_WITHIN.format(time=Identifier("answers", "created_at")))
# Of an event's reports only the last one has the event measured by it.
_PREDICTIONS = SQL("""
    WITH measured AS (
        SELECT events.industry, events.location_city AS region, events.budget, answers.prompt_variant AS variant,
               date_trunc('week', performance.completed_at AT TIME ZONE 'Asia/Seoul')::date AS week,
               performance.roi_error, performance.participants_error, performance.cost_error
        FROM event_performance AS performance
        JOIN events ON events.id = performance.event_id AND events.measured_by = performance.id
        LEFT JOIN ai_recommendations AS answers ON answers.id = events.recommendation_id
        WHERE performance.roi_error IS NOT NULL AND events.withdrawn_at IS NULL AND NOT events.outlier
          AND {within}
    )
    SELECT CASE WHEN GROUPING(industry) = 0 THEN 'industry' WHEN GROUPING(region) = 0 THEN 'region'
                WHEN GROUPING(week) = 0 THEN 'week' WHEN GROUPING(variant) = 0 THEN 'variant'
                WHEN GROUPING(budget) = 0 THEN 'budget' ELSE 'overall' END AS dimension,
           coalesce(industry, region, week::text, variant, budget, '') AS value,
           count(*) AS count,
           count(*) FILTER (WHERE roi_error <= %(target)s) AS roi_within_target,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY roi_error) AS roi_error_median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY participants_error) AS participants_error_median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY cost_error) AS cost_error_median
    FROM measured
    GROUP BY GROUPING SETS ((), (industry), (region), (week), (variant), (budget))
""").format(within=_WITHIN.format(time=Identifier("performance", "completed_at")))

type _Key = tuple[str, str]


class PostgresQualityFigures:
    """Aggregates `ai_recommendations`, `feedback` and `event_performance`; a statement may take `seconds`."""

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database = database
        self._seconds = seconds

    async def groups(self, first_day: date, last_day: date) -> tuple[QualityGroup, ...]:
        """See the port."""
        days = {"first": first_day, "last": last_day}
        async with self._database.transaction(seconds=self._seconds) as connection:
            await connection.execute(_PLANNING)
            asked = await _rows(connection, _RECOMMENDATIONS, {**days, "promised": PROMISED_SECONDS})
            selected = await _rows(connection, _SELECTIONS, days)
            measured = await _rows(connection, _PREDICTIONS, {**days, "target": ROI_ERROR_TARGET})
        recommendations = {_key(row): _recommendations(row) for row in asked}
        predictions = {_key(row): _predictions(row) for row in measured}
        recommendations |= _by_budget(recommendations[OVERALL, ""], selected)
        return tuple(
            QualityGroup(
                dimension=key[0],
                value=key[1],
                recommendations=recommendations.get(key),
                predictions=predictions.get(key),
            )
            for key in _ordered({*recommendations, *predictions})
        )


async def _rows(connection: Connection, query: Composed, parameters: Mapping[str, Any]) -> list[DictRow]:
    return await (await connection.execute(query, parameters)).fetchall()


def _ordered(keys: Iterable[_Key]) -> list[_Key]:
    return sorted(keys, key=lambda key: (key[0] != OVERALL, key[0], _BUDGETS.get(key[1], 0), key[1]))


def _key(row: DictRow) -> _Key:
    return str(row["dimension"]), str(row["value"])


def _recommendations(row: DictRow) -> RecommendationFigures:
    p50, p95, p99 = row["seconds"] or (None, None, None)
    rates = {name: _share(times, row["count"]) for name, times in row.items() if name.endswith("_rate")}
    return RecommendationFigures(
        count=row["count"], cost_usd=row["cost_usd"], seconds_p50=p50, seconds_p95=p95, seconds_p99=p99, **rates
    )


def _by_budget(overall: RecommendationFigures, selected: Iterable[DictRow]) -> dict[_Key, RecommendationFigures]:
    """An answer has plans of every budget: what differs is for how many answers one of that budget was chosen."""
    times = {row["budget"]: row["selected"] for row in selected}
    return {
        (_BUDGET, budget): overall.model_copy(update={"selection_rate": times.get(budget, 0) / overall.count})
        for budget in Budget
        if overall.count
    }


def _predictions(row: DictRow) -> PredictionFigures:
    medians = {name: row[name] for name in PredictionFigures.model_fields if name.endswith("_median")}
    return PredictionFigures(
        count=row["count"], roi_within_target=_share(row["roi_within_target"], row["count"]), **medians
    )


def _share(times: int, count: int) -> float | None:
    return times / count if count else None
