"""What every message queue does."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from local.queues import LocalQueues, make_tables
from shopevents.adapters.aws_client import AwsClient
from shopevents.adapters.database.connection import Database
from shopevents.adapters.message_queue.memory import MemoryMessageQueue
from shopevents.adapters.message_queue.postgres import PostgresMessageQueue
from shopevents.adapters.message_queue.sqs import SqsMessageQueue
from shopevents.domain.errors import MisconfiguredError, Rejected, Unavailable
from shopevents.domain.messages import Message
from shopevents.ports.message_queue import MessageQueue
from tests.contract.aws import aws_account, aws_endpoint

__all__ = ["aws_account", "aws_endpoint"]

QUEUE = "embed_events"


@dataclass(frozen=True)
class Line:
    """A queue from its sending end to its receiving end."""

    queue: MessageQueue
    received: Callable[[], Awaitable[list[Message]]]


@pytest.fixture
def memory() -> Line:
    queue = MemoryMessageQueue()

    async def received() -> list[Message]:
        return queue.sent[QUEUE]

    return Line(queue, received)


@pytest.fixture
def postgres(database: Database, migrated_dsn: str) -> Line:
    make_tables(migrated_dsn)

    async def received() -> list[Message]:
        taken = await LocalQueues(database).receive(QUEUE, limit=1000, visibility_seconds=60)
        return [Message.model_validate_json(each.body) for each in taken]

    return Line(PostgresMessageQueue(database), received)


@pytest.fixture
async def sqs(aws_endpoint: str, aws_account: None) -> AsyncIterator[Line]:
    client = AwsClient("sqs", endpoint_url=aws_endpoint)
    url = (await client.call("create_queue", QueueName=f"{QUEUE}-{secrets.token_hex(4)}"))["QueueUrl"]

    async def received() -> list[Message]:
        bodies: list[str] = []
        while taken := (await client.call("receive_message", QueueUrl=url, MaxNumberOfMessages=10)).get("Messages"):
            bodies += [each["Body"] for each in taken]
        return [Message.model_validate_json(body) for body in bodies]

    yield Line(SqsMessageQueue({QUEUE: url}, client), received)
    client.close()


@pytest.fixture(params=["memory", "postgres", "sqs"])
def line(request: pytest.FixtureRequest) -> Line:
    chosen: Line = request.getfixturevalue(request.param)
    return chosen


def a_message(number: int = 0, *, size: int = 10) -> Message:
    return Message(
        message_id=f"message-{number}",
        kind="case_changed",
        correlation_id="request-1",
        sent_at=datetime(2026, 11, 23, tzinfo=UTC),
        body={"text": "가" * size},
    )


async def test_a_message_arrives_as_it_was_sent(line: Line) -> None:
    await line.queue.send(QUEUE, [a_message()])
    assert await line.received() == [a_message()]


async def test_more_than_a_batch_arrives_in_full(line: Line) -> None:
    messages = [a_message(number) for number in range(37)]
    await line.queue.send(QUEUE, messages)
    assert sorted(each.message_id for each in await line.received()) == sorted(each.message_id for each in messages)


async def test_large_messages_arrive_in_full(line: Line) -> None:
    await line.queue.send(QUEUE, [a_message(number, size=30_000) for number in range(8)])
    assert len(await line.received()) == 8


async def test_sending_nothing_is_no_error(line: Line) -> None:
    await line.queue.send(QUEUE, [])
    assert await line.received() == []


async def test_many_senders_lose_nothing(line: Line) -> None:
    await asyncio.gather(*(line.queue.send(QUEUE, [a_message(number)]) for number in range(20)))
    assert len({each.message_id for each in await line.received()}) == 20


async def test_a_queue_that_is_not_set_up_is_named(aws_account: None) -> None:
    with pytest.raises(MisconfiguredError, match="EMBED_EVENTS_QUEUE_URL"):
        await SqsMessageQueue({}).send(QUEUE, [a_message()])


async def test_a_queue_that_does_not_exist_is_rejected(aws_endpoint: str, aws_account: None) -> None:
    client = AwsClient("sqs", endpoint_url=aws_endpoint)
    queue = SqsMessageQueue({QUEUE: f"{aws_endpoint}/123456789012/nothing-here"}, client)
    with pytest.raises(Rejected, match="NonExistentQueue"):
        await queue.send(QUEUE, [a_message()])


async def test_aws_that_is_not_there_is_unavailable(aws_account: None) -> None:
    client = AwsClient("sqs", endpoint_url="http://127.0.0.1:1")
    with pytest.raises(Unavailable):
        await SqsMessageQueue({QUEUE: "http://127.0.0.1:1/123456789012/q"}, client).send(QUEUE, [a_message()])


async def test_aws_that_never_answers_is_given_up(aws_account: None) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    client = AwsClient("sqs", endpoint_url=endpoint, call_seconds=2)
    with pytest.raises(Unavailable, match="no answer"):
        await SqsMessageQueue({QUEUE: f"{endpoint}/123456789012/q"}, client).send(QUEUE, [a_message()])
    client.close()
    silent.close()


async def test_what_sqs_did_not_take_is_sent_again_and_nothing_else(aws_account: None) -> None:
    answers: list[dict[str, Any]] = [
        {"Failed": [{"Id": "1", "SenderFault": False, "Code": "InternalError"}]},
        {"Successful": [{"Id": "1"}]},
    ]
    client = _ScriptedClient(answers)
    await SqsMessageQueue({QUEUE: "url"}, client).send(QUEUE, [a_message(0), a_message(1), a_message(2)])
    assert [[entry["Id"] for entry in call["Entries"]] for call in client.calls] == [["0", "1", "2"], ["1"]]
    assert json.loads(client.calls[1]["Entries"][0]["MessageBody"])["message_id"] == "message-1"


async def test_what_sqs_refuses_twice_is_unavailable(aws_account: None) -> None:
    failed = {"Failed": [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]}
    with pytest.raises(Unavailable, match="InternalError"):
        await SqsMessageQueue({QUEUE: "url"}, _ScriptedClient([failed, failed])).send(QUEUE, [a_message()])


class _ScriptedClient(AwsClient):
    """Answers that moto does not give."""

    def __init__(self, answers: Sequence[dict[str, Any]]) -> None:
        super().__init__("sqs")
        self._answers = list(answers)
        self.calls: list[dict[str, Any]] = []

    async def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        self.calls.append(parameters)
        return self._answers.pop(0)
