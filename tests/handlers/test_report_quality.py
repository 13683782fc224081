"""The hourly function, as EventBridge calls it, over planted rows: what it returns, and what CloudWatch reads of its log."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis

from shopevents.adapters.database.connection import Database
from shopevents.domain.metric_names import MetricName
from shopevents.use_cases.learn_from_results import HISTORY_KEY
from tests.contract.quality_rows import Rows
from tests.handlers.container import Container

TRIGGER = {"source": "schedule", "time": "2026-11-23T00:00:00Z"}
QUALITY = {name.value for name in MetricName if name.value.startswith("quality.")}


@pytest.fixture
def container(migrated_dsn: str, redis_url: str) -> Iterator[Container]:
    settings = {"DATABASE_URL": migrated_dsn, "REDIS_URL": redis_url, "REDIS_TIMEOUT_SECONDS": "5"}
    with Container("report_quality", **settings, POWERTOOLS_SERVICE_NAME="report_quality") as running:
        yield running


def plant(dsn: str) -> None:
    """Four answers of yesterday, one of them chosen twice and one of its events measured."""

    async def insert() -> None:
        database = Database(dsn)
        await database.execute("INSERT INTO users (id) VALUES ('owner-1')")
        rows = Rows(database)
        yesterday = datetime.now(UTC) - timedelta(days=1)
        chosen = await rows.ask(created_at=yesterday, cache_hit=True, seconds=0.02)
        await rows.ask(created_at=yesterday, seconds=11.0)
        await rows.ask(created_at=yesterday, replaces=chosen, replace_reason="other")
        await rows.ask(created_at=yesterday)
        event_id = await rows.choose(chosen, "low-online")
        await rows.choose(chosen, "high-online")
        await rows.measure(event_id, 0.15, at=yesterday)
        await database.close()

    asyncio.run(insert())


def metrics_of(container: Container) -> dict[str, float]:
    """What CloudWatch makes of the log's embedded metrics."""
    found: dict[str, float] = {}
    for line in container.log:
        entry: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
        for metrics in entry.get("_aws", {}).get("CloudWatchMetrics", []):
            assert metrics["Namespace"].startswith("ShopEvents")
            assert metrics["Dimensions"] == [["service"]]
            for metric in metrics["Metrics"]:
                value = entry[metric["Name"]]
                found[metric["Name"]] = value[0] if isinstance(value, list) else value
    return found


def test_every_figure_goes_out_as_the_metric_of_its_name(container: Container, migrated_dsn: str) -> None:
    plant(migrated_dsn)
    returned = container.invoke(TRIGGER)
    expected = {
        "quality.cache_hit_rate": 0.25,
        "quality.success_rate": 0.75,
        "quality.selection_rate": 0.25,
        "quality.regeneration_rate": 0.25,
        "quality.roi_error_median": 0.15,
        "quality.roi_within_target": 1.0,
    }
    assert expected.keys() == QUALITY
    assert {name: returned[name] for name in QUALITY} == expected
    emitted = metrics_of(container)
    assert {name: emitted[name] for name in QUALITY} == expected
    assert emitted["ai.claude.spent_today_usd"] == 0


def test_what_was_measured_is_learned_where_requests_read_it(
    container: Container, migrated_dsn: str, redis_url: str
) -> None:
    plant(migrated_dsn)
    assert container.invoke(TRIGGER)["learned_from"] == 1
    with Redis.from_url(redis_url) as redis:
        assert any(HISTORY_KEY.encode() in key for key in redis.scan_iter())


def test_figures_without_an_observation_are_left_out_and_not_zero(container: Container) -> None:
    returned = container.invoke(TRIGGER)
    assert returned["learned_from"] == 0
    assert not returned.keys() & QUALITY
    assert not metrics_of(container).keys() & QUALITY


def test_a_second_run_tells_the_same_again(container: Container, migrated_dsn: str) -> None:
    plant(migrated_dsn)
    assert container.invoke(TRIGGER) == container.invoke(TRIGGER)
