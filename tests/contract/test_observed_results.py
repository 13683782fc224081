"""What is learned from: measured events as they were reported last."""

from datetime import timedelta
from typing import Any

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.observed_results.postgres import PostgresObservedResults
from shopevents.domain.vocabulary import Budget, EventType, IndustryCategory, Mechanic
from shopevents.ports.observed_results import ObservedResults
from tests.contract.quality_rows import NOON, Rows

COUNTED = {"people": 37, "won": 271_000, "percent": -12.5}


@pytest.fixture
async def rows(database: Database) -> Rows:
    await database.execute("INSERT INTO users (id) VALUES ('owner-1')")
    return Rows(database)


@pytest.fixture
def results(database: Database) -> ObservedResults:
    return PostgresObservedResults(database)


async def test_nothing_is_learned_from_events_without_a_result(results: ObservedResults, rows: Rows) -> None:
    await rows.choose(await rows.ask(), "low-online")
    assert await results.latest(10) == []


async def test_a_result_has_the_reported_numbers_and_what_the_event_was(results: ObservedResults, rows: Rows) -> None:
    event_id = await rows.choose(await rows.ask(), "medium-offline", business_type="고깃집", mechanic="tasting")
    await rows.measure(event_id, 0.1, counted=COUNTED)
    (result,) = await results.latest(10)
    assert (result.participants, result.cost, result.roi) == (37, 271_000, -12.5)
    assert (result.budget, result.event_type, result.mechanic) == (Budget.MEDIUM, EventType.OFFLINE, Mechanic.TASTING)
    assert result.trade.category is IndustryCategory.FOOD
    assert result.trade.code is not None


@pytest.mark.parametrize("word", [None, "쀍쀍"])
async def test_a_trade_that_no_word_tells_is_its_category(
    results: ObservedResults, rows: Rows, word: str | None
) -> None:
    event_id = await rows.choose(await rows.ask(), "low-online", industry="숙박", business_type=word)
    await rows.measure(event_id, 0.1)
    (result,) = await results.latest(10)
    assert result.trade.category is IndustryCategory.LODGING


async def test_only_the_last_report_of_an_event_is_learned_from(results: ObservedResults, rows: Rows) -> None:
    event_id = await rows.choose(await rows.ask(), "low-online")
    await rows.measure(event_id, 3.0, counted={"people": 1, "won": 1, "percent": 1.0})
    await rows.measure(event_id, 0.1, counted=COUNTED)
    assert [result.cost for result in await results.latest(10)] == [271_000]


async def test_the_latest_come_first_and_no_more_than_asked_for(results: ObservedResults, rows: Rows) -> None:
    for days, cost in ((3, 3), (1, 1), (2, 2)):
        event_id = await rows.choose(await rows.ask(), "low-online")
        await rows.measure(event_id, 0.1, at=NOON - timedelta(days=days), counted=COUNTED | {"won": cost})
    assert [result.cost for result in await results.latest(2)] == [1, 2]


@pytest.mark.parametrize("flaw", [{"withdrawn": True}, {"outlier": True}, {"budget": None}, {"event_type": None}])
async def test_withdrawn_outlying_and_undescribed_events_teach_nothing(
    results: ObservedResults, rows: Rows, flaw: dict[str, Any]
) -> None:
    await rows.measure(await rows.choose(await rows.ask(), "low-online", **flaw), 0.1)
    assert await results.latest(10) == []
