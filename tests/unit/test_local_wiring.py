"""What the local stack reads out of a template's queues and schedules, and when schedules are due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from local.event_sources import failures
from local.processes import LocalError
from local.queues import Redrive
from local.schedules import next_run, payload_of
from local.wiring import EventSource, Queue, Schedule, queue_name, read_wiring

TEMPLATE = Path(__file__).parent.parent / "system" / "deliveries" / "template.yaml"
SEOUL = ZoneInfo("Asia/Seoul")
STARTED = datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC)  # a Monday, 17:00:30 in Seoul


def schedule(expression: str, timezone: str = "Asia/Seoul", payload: object = None) -> Schedule:
    return Schedule(name="Often", function="F", expression=expression, timezone=timezone, payload=payload)


def test_a_source_has_its_queues_limits() -> None:
    orders, plain = read_wiring(TEMPLATE, {"MostReceives": "4"}).sources
    assert orders == EventSource(
        function="ConsumeOrdersFunction",
        queue=Queue(name="consume_orders", visibility_seconds=12, redrive=Redrive("consume_orders_dead_letter", 4)),
        batch_size=3,
        at_once=2,
        partial=True,
    )
    assert (plain.queue, plain.batch_size, plain.partial) == (
        Queue(name="plain", visibility_seconds=30, redrive=None),
        10,
        False,
    )


def test_schedules_that_are_switched_on_are_read_with_their_input() -> None:
    often, nightly = read_wiring(TEMPLATE).schedules
    assert (often.function, often.expression, often.payload) == ("ConsumePlainFunction", "rate(5 minutes)", None)
    assert (nightly.function, nightly.timezone) == ("ConsumeOrdersFunction", "Asia/Seoul")
    assert payload_of(nightly, STARTED) == {"due": "2026-11-23T08:00:30Z"}
    assert {each.expression for each in read_wiring(TEMPLATE, {"Stage": "prod"}).schedules} > {"rate(1 hour)"}


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("cron(0 2 * * ? *)", datetime(2026, 11, 24, 2, 0, tzinfo=SEOUL)),
        ("cron(0/15 * * * ? *)", datetime(2026, 11, 23, 17, 15, tzinfo=SEOUL)),
        ("cron(30 9 ? * 2 *)", datetime(2026, 11, 30, 9, 30, tzinfo=SEOUL)),  # 2 is Monday
        ("cron(30 9 ? * TUE-FRI *)", datetime(2026, 11, 24, 9, 30, tzinfo=SEOUL)),
        ("cron(0 8 ? * 6#1 *)", datetime(2026, 12, 4, 8, 0, tzinfo=SEOUL)),  # the first Friday
        ("cron(0 0 L * ? *)", datetime(2026, 11, 30, 0, 0, tzinfo=SEOUL)),
        ("rate(1 minute)", STARTED + timedelta(minutes=1)),
        ("rate(2 hours)", STARTED + timedelta(hours=2)),
        ("at(2026-12-25T00:00:00)", datetime(2026, 12, 25, 0, 0, tzinfo=SEOUL)),
        ("at(2026-01-01T00:00:00)", None),
    ],
)
def test_the_first_run_after_a_start(expression: str, due: datetime | None) -> None:
    assert next_run(schedule(expression), STARTED, STARTED) == due


def test_a_rate_keeps_its_beat_however_late_it_is_asked() -> None:
    late = STARTED + timedelta(minutes=7, seconds=59)
    assert next_run(schedule("rate(5 minutes)"), STARTED, late) == STARTED + timedelta(minutes=10)


@pytest.mark.parametrize("expression", ["rate(soon)", "cron(0 2 * * ?)", "cron(61 2 * * ? *)", "cron(0 2 * * ? 2030)"])
def test_an_unreadable_schedule_is_named(expression: str) -> None:
    with pytest.raises(LocalError, match="Often"):
        next_run(schedule(expression), STARTED, STARTED)


def test_a_schedule_without_a_zone_of_the_world_is_named() -> None:
    with pytest.raises(LocalError, match=r"Asia/Soul"):
        next_run(schedule("rate(1 minute)", "Asia/Soul"), STARTED, STARTED)


def test_without_an_input_the_payload_is_schedulers_own() -> None:
    payload = payload_of(schedule("rate(1 minute)"), STARTED)
    assert (payload["source"], payload["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert payload["time"] == "2026-11-23T08:00:30Z"


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "stranger"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"wrong": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": ["a"]}, {"a", "b"}),
        ("done", {"a", "b"}),
    ],
)
def test_an_answer_is_read_as_lambda_reads_it(answer: object, failed: set[str]) -> None:
    assert failures(answer, ["a", "b"]) == failed


def test_queues_are_called_as_the_product_calls_them() -> None:
    assert queue_name("EmbedEventsQueue") == "embed_events"
    assert queue_name("EmbedEventsDeadLetterQueue") == "embed_events_dead_letter"
