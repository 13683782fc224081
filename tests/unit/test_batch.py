"""Partial batch responses."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from shopevents.batch import consume_batch
from shopevents.domain.errors import Unavailable
from shopevents.domain.messages import Message


def record(record_id: str, body: str | None = None) -> dict[str, Any]:
    message = Message(
        message_id=f"m-{record_id}",
        kind="test",
        correlation_id="r",
        sent_at=datetime(2026, 11, 23, tzinfo=UTC),
        body={},
    )
    return {"messageId": record_id, "body": body or message.model_dump_json()}


def failures(response: Mapping[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


async def all_is_well(messages: Sequence[Message]) -> dict[str, str]:
    return {}


async def test_a_good_batch_has_no_failures() -> None:
    assert await consume_batch({"Records": [record("a"), record("b")]}, all_is_well) == {"batchItemFailures": []}


async def test_only_what_failed_comes_again() -> None:
    async def second_fails(messages: Sequence[Message]) -> dict[str, str]:
        return {messages[1].message_id: "no"}

    assert failures(await consume_batch({"Records": [record("a"), record("b"), record("c")]}, second_fails)) == ["b"]


@pytest.mark.parametrize("body", ["", "not json", "{}", '{"message_id": 1}', "[]", "null"])
async def test_a_record_that_cannot_be_read_fails_alone(body: str) -> None:
    seen: list[str] = []

    async def remember(messages: Sequence[Message]) -> dict[str, str]:
        seen.extend(message.message_id for message in messages)
        return {}

    records = [record("a"), {"messageId": "bad", "body": body}]
    assert failures(await consume_batch({"Records": records}, remember)) == ["bad"]
    assert seen == ["m-a"]


async def test_when_a_dependency_is_down_the_whole_batch_comes_again() -> None:
    async def down(messages: Sequence[Message]) -> dict[str, str]:
        raise Unavailable("database", "down")

    assert failures(await consume_batch({"Records": [record("a"), record("b")]}, down)) == ["a", "b"]


async def test_the_unforeseen_is_raised() -> None:
    async def bug(messages: Sequence[Message]) -> dict[str, str]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await consume_batch({"Records": [record("a")]}, bug)


async def test_a_message_of_a_later_version_with_more_fields_is_still_read() -> None:
    later = record("a")["body"].replace('"version":1', '"version":2,"shard":"x"')
    assert await consume_batch({"Records": [record("a", later)]}, all_is_well) == {"batchItemFailures": []}
