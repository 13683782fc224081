"""The quality report's figures against values computed by hand on planted rows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.quality_figures.postgres import PostgresQualityFigures
from shopevents.domain.errors import Unavailable
from shopevents.domain.quality import PredictionFigures, QualityGroup, RecommendationFigures
from shopevents.ports.quality_figures import QualityFigures
from tests.contract.quality_rows import NOON, Rows

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 29)  # a Monday, and the Sunday four weeks later


@pytest.fixture
async def figures(database: Database) -> QualityFigures:
    await database.execute("INSERT INTO users (id) VALUES ('owner-1')")
    return PostgresQualityFigures(database, seconds=30)


@pytest.fixture
def rows(database: Database, figures: QualityFigures) -> Rows:
    return Rows(database)


async def found(figures: QualityFigures, dimension: str) -> dict[str, QualityGroup]:
    groups = await figures.groups(FIRST, LAST)
    return {group.value: group for group in groups if group.dimension == dimension}


async def asked(figures: QualityFigures, dimension: str = "overall", value: str = "") -> RecommendationFigures:
    recommendations = (await found(figures, dimension))[value].recommendations
    assert recommendations
    return recommendations


async def measured(figures: QualityFigures, dimension: str = "overall", value: str = "") -> PredictionFigures:
    predictions = (await found(figures, dimension))[value].predictions
    assert predictions
    return predictions


async def test_without_rows_there_is_an_overall_group_of_nothing(figures: QualityFigures) -> None:
    (overall,) = await figures.groups(FIRST, LAST)
    assert overall.dimension == "overall"
    assert overall.recommendations
    assert overall.predictions
    assert overall.recommendations.model_dump(exclude={"count", "cost_usd"}) == dict.fromkeys(
        RecommendationFigures.model_fields.keys() - {"count", "cost_usd"}
    )
    assert (overall.recommendations.count, overall.recommendations.cost_usd) == (0, 0)
    assert overall.predictions == PredictionFigures(
        count=0,
        roi_error_median=None,
        roi_within_target=None,
        participants_error_median=None,
        cost_error_median=None,
    )


async def test_the_overall_group_comes_first(figures: QualityFigures, rows: Rows) -> None:
    await rows.ask()
    assert (await figures.groups(FIRST, LAST))[0].dimension == "overall"


async def test_rates_are_shares_of_all_answers(figures: QualityFigures, rows: Rows) -> None:
    await rows.ask(cache_hit=True, seconds=0.02)
    await rows.ask(source="catalog", seconds=10.0)
    await rows.ask(source="mixed", seconds=10.001)
    await rows.ask(replaces="rec-1", replace_reason="too_expensive")
    await rows.choose(await rows.ask(), "low-online")
    overall = await asked(figures)
    assert overall.count == 5
    assert overall.cache_hit_rate == pytest.approx(1 / 5)
    assert overall.success_rate == pytest.approx(4 / 5)
    assert overall.degraded_rate == pytest.approx(2 / 5)
    assert overall.selection_rate == pytest.approx(1 / 5)
    assert overall.regeneration_rate == pytest.approx(1 / 5)


async def test_percentiles_interpolate_between_answers(figures: QualityFigures, rows: Rows) -> None:
    for seconds in (7.0, 1.0, 3.0, 2.0):
        await rows.ask(seconds=seconds)
    overall = await asked(figures)
    assert overall.seconds_p50 == pytest.approx(2.5)
    assert overall.seconds_p95 == pytest.approx(3.0 + 0.85 * 4.0)
    assert overall.seconds_p99 == pytest.approx(3.0 + 0.97 * 4.0)


async def test_costs_are_summed(figures: QualityFigures, rows: Rows) -> None:
    for usd in (0.0006, 0.0005, 0.0):
        await rows.ask(cost_usd=usd)
    assert (await asked(figures)).cost_usd == pytest.approx(0.0011)


async def test_a_recommendation_of_which_two_options_were_chosen_counts_once(
    figures: QualityFigures, rows: Rows
) -> None:
    both = await rows.ask()
    await rows.choose(both, "low-online")
    await rows.choose(both, "low-offline")
    await rows.ask()
    assert (await asked(figures)).selection_rate == pytest.approx(1 / 2)
    assert (await asked(figures, "budget", "low")).selection_rate == pytest.approx(1 / 2)


async def test_selection_by_budget_is_of_all_answers_and_sees_every_chosen_option(
    figures: QualityFigures, rows: Rows
) -> None:
    first, second, *_ = [await rows.ask() for _ in range(4)]
    await rows.choose(first, "low-online")
    await rows.choose(first, "high-offline")
    await rows.choose(second, "low-offline")
    groups = await found(figures, "budget")
    assert list(groups) == ["low", "medium", "high"]
    shares = {budget: group.recommendations for budget, group in groups.items()}
    assert {budget: (of.count, of.selection_rate) for budget, of in shares.items() if of} == {
        "low": (4, 0.5),
        "medium": (4, 0.0),
        "high": (4, 0.25),
    }


async def test_a_withdrawn_event_was_chosen_all_the_same(figures: QualityFigures, rows: Rows) -> None:
    await rows.choose(await rows.ask(), "medium-online", withdrawn=True)
    assert (await asked(figures)).selection_rate == 1
    assert (await asked(figures, "budget", "medium")).selection_rate == 1


@pytest.mark.parametrize(
    ("dimension", "column", "values"),
    [
        ("industry", "industry", ("음식점", "숙박")),
        ("region", "location_city", ("서울", "부산")),
        ("variant", "prompt_variant", ("default", "shorter")),
    ],
)
async def test_each_group_has_the_figures_of_its_own(
    figures: QualityFigures, rows: Rows, dimension: str, column: str, values: tuple[str, str]
) -> None:
    one, other = values
    await rows.ask(**{column: one}, seconds=1.0, cache_hit=True)
    await rows.ask(**{column: one}, seconds=2.0)
    await rows.ask(**{column: other}, seconds=12.0)
    assert list(await found(figures, dimension)) == sorted(values)
    first, second = await asked(figures, dimension, one), await asked(figures, dimension, other)
    assert (first.count, first.cache_hit_rate, first.success_rate, first.seconds_p50) == (2, 0.5, 1, 1.5)
    assert (second.count, second.cache_hit_rate, second.success_rate, second.seconds_p50) == (1, 0, 0, 12.0)


async def test_a_week_begins_on_monday_in_seoul(figures: QualityFigures, rows: Rows) -> None:
    monday = datetime(2026, 11, 15, 15, 0, tzinfo=UTC)  # 0:00 on the 16th in Seoul
    await rows.ask(created_at=monday - timedelta(seconds=1))
    await rows.ask(created_at=monday)
    await rows.ask(created_at=monday + timedelta(days=7, seconds=-1))
    weeks = await found(figures, "week")
    counts = {week: group.recommendations.count for week, group in weeks.items() if group.recommendations}
    assert counts == {"2026-11-09": 1, "2026-11-16": 2}


async def test_both_days_are_whole_days_in_seoul(figures: QualityFigures, rows: Rows) -> None:
    begins, ends = datetime(2026, 11, 1, 15, tzinfo=UTC), datetime(2026, 11, 29, 15, tzinfo=UTC)
    for outside in (begins - timedelta(microseconds=1), ends):
        event_id = await rows.choose(await rows.ask(created_at=outside, seconds=99), "low-online")
        await rows.measure(event_id, 9.0, at=outside)
    for inside in (begins, ends - timedelta(microseconds=1)):
        event_id = await rows.choose(await rows.ask(created_at=inside), "high-online")
        await rows.measure(event_id, 0.1, at=inside)
    overall = await asked(figures)
    assert (overall.count, overall.success_rate) == (2, 1)
    assert (await asked(figures, "budget", "low")).selection_rate == 0
    predictions = await measured(figures)
    assert (predictions.count, predictions.roi_error_median) == (2, 0.1)


async def test_errors_are_medians_and_the_target_itself_is_within(figures: QualityFigures, rows: Rows) -> None:
    for roi, participants, cost in ((0.1, 0.5, 0.0), (0.2, 0.1, 0.02), (0.21, 0.3, 0.04), (1.5, 0.2, 0.5)):
        await rows.measure(await rows.choose(await rows.ask(), "low-online"), roi, participants, cost)
    overall = await measured(figures)
    assert overall.count == 4
    assert overall.roi_error_median == pytest.approx(0.205)
    assert overall.roi_within_target == pytest.approx(2 / 4)
    assert overall.participants_error_median == pytest.approx(0.25)
    assert overall.cost_error_median == pytest.approx(0.03)


async def test_predictions_are_grouped_by_their_event_their_budget_and_the_answers_variant(
    figures: QualityFigures, rows: Rows
) -> None:
    trial = await rows.ask(prompt_variant="shorter")
    inn = await rows.choose(trial, "high-offline", industry="숙박", location_city="제주")
    await rows.measure(inn, 0.6, at=datetime(2026, 11, 4, 3, tzinfo=UTC))
    await rows.measure(await rows.choose(await rows.ask(), "low-online"), 0.1)
    for dimension, one, other in (
        ("industry", "숙박", "음식점"),
        ("region", "제주", "서울"),
        ("budget", "high", "low"),
        ("variant", "shorter", "default"),
        ("week", "2026-11-02", "2026-11-16"),
    ):
        first, second = await measured(figures, dimension, one), await measured(figures, dimension, other)
        assert (first.count, first.roi_error_median, first.roi_within_target) == (1, 0.6, 0)
        assert (second.count, second.roi_error_median, second.roi_within_target) == (1, 0.1, 1)


async def test_only_the_last_report_of_an_event_counts(figures: QualityFigures, rows: Rows) -> None:
    event_id = await rows.choose(await rows.ask(), "low-online")
    await rows.measure(event_id, 3.0)
    await rows.measure(event_id, 0.1)
    overall = await measured(figures)
    assert (overall.count, overall.roi_error_median) == (1, 0.1)


@pytest.mark.parametrize("flaw", [{"withdrawn": True}, {"outlier": True}])
async def test_withdrawn_events_and_outliers_say_nothing_of_predictions(
    figures: QualityFigures, rows: Rows, flaw: dict[str, bool]
) -> None:
    await rows.measure(await rows.choose(await rows.ask(), "low-online", **flaw), 3.0)
    assert (await measured(figures)).count == 0


async def test_a_report_that_is_not_compared_yet_is_not_counted(
    figures: QualityFigures, rows: Rows, database: Database
) -> None:
    event_id = await rows.choose(await rows.ask(), "low-online")
    await database.execute(
        "INSERT INTO event_performance (event_id, sequence, actual_participants, actual_cost, actual_roi, completed_at)"
        " VALUES (%s, 1, 80, 250000, 150, %s)",
        (event_id, NOON),
    )
    assert (await measured(figures)).count == 0


async def test_a_report_that_takes_too_long_is_given_up(figures: QualityFigures, database: Database) -> None:
    async with database.transaction() as locking:
        await locking.execute("LOCK TABLE feedback")
        with pytest.raises(Unavailable):
            await PostgresQualityFigures(database, seconds=0.2).groups(FIRST, LAST)
