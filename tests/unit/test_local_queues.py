"""The local stack's queues behave as SQS does."""

import asyncio
from datetime import UTC, datetime

import pytest

from local.queues import Depth, LocalQueues, Redrive, make_tables
from shopevents.adapters.database.connection import Database
from shopevents.adapters.message_queue.postgres import PostgresMessageQueue
from shopevents.domain.messages import Message

QUEUE = "embed_events"
REDRIVE = Redrive("embed_events_dead", attempts=3)


@pytest.fixture
def queues(database: Database, migrated_dsn: str) -> LocalQueues:
    make_tables(migrated_dsn)
    return LocalQueues(database)


async def send(database: Database, *ids: str) -> None:
    messages = [
        Message(message_id=each, kind="test", correlation_id="r", sent_at=datetime.now(UTC), body={}) for each in ids
    ]
    await PostgresMessageQueue(database).send(QUEUE, messages)


def names(received: list[str]) -> list[str]:
    return [Message.model_validate_json(body).message_id for body in received]


async def take(queues: LocalQueues, *, limit: int = 10, seconds: float = 60) -> list[str]:
    received = await queues.receive(QUEUE, limit=limit, visibility_seconds=seconds, redrive=REDRIVE)
    return names([each.body for each in received])


async def test_a_received_message_is_invisible_until_its_visibility_ends(
    queues: LocalQueues, database: Database
) -> None:
    await send(database, "one")
    assert await take(queues) == ["one"]
    assert await take(queues) == []
    await database.execute("UPDATE local_messages SET visible_at = clock_timestamp()")
    assert await take(queues) == ["one"]


async def test_a_deleted_message_never_comes_again(queues: LocalQueues, database: Database) -> None:
    await send(database, "one", "two")
    (one,) = await queues.receive(QUEUE, limit=1, visibility_seconds=0)
    assert await queues.delete([one]) == 1
    assert await take(queues) == ["two"]


async def test_an_old_receipt_deletes_nothing(queues: LocalQueues, database: Database) -> None:
    await send(database, "one")
    (slow,) = await queues.receive(QUEUE, limit=1, visibility_seconds=0)
    (quick,) = await queues.receive(QUEUE, limit=1, visibility_seconds=60)
    assert await queues.delete([slow]) == 0
    assert await queues.change_visibility([slow], 0) == 0
    assert await queues.delete([quick]) == 1


async def test_a_failed_message_comes_again_at_once(queues: LocalQueues, database: Database) -> None:
    await send(database, "done", "failed")
    done, failed = await queues.receive(QUEUE, limit=2, visibility_seconds=60)
    await queues.delete([done])
    await queues.change_visibility([failed], 0)
    (again,) = await queues.receive(QUEUE, limit=2, visibility_seconds=60)
    assert (again.message_id, again.receive_count) == (failed.message_id, 2)
    assert again.record(QUEUE)["attributes"]["ApproximateReceiveCount"] == "2"


async def test_after_enough_receives_it_is_a_dead_letter_and_can_be_sent_back(
    queues: LocalQueues, database: Database
) -> None:
    await send(database, "poison")
    assert [await take(queues, seconds=0) for _ in range(4)] == [["poison"], ["poison"], ["poison"], []]
    assert await queues.depths() == {REDRIVE.dead_letters: Depth(waiting=1, in_flight=0)}
    assert await queues.redrive(REDRIVE.dead_letters) == 1
    assert await take(queues) == ["poison"]


async def test_no_two_receivers_get_the_same_message(queues: LocalQueues, database: Database) -> None:
    await send(database, *(f"m{number}" for number in range(100)))
    taken = await asyncio.gather(*(take(queues, limit=10) for _ in range(12)))
    assert sorted(name for names in taken for name in names) == sorted(f"m{number}" for number in range(100))
    assert await queues.depths() == {QUEUE: Depth(waiting=0, in_flight=100)}
