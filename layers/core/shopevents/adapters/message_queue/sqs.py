"""Amazon SQS."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shopevents.adapters.aws_client import AwsClient
from shopevents.domain.errors import MisconfiguredError, Rejected, Unavailable
from shopevents.domain.messages import Message

# SendMessageBatch takes ten messages; 256 KiB is what every region has always taken in one call.
BATCH_MESSAGES = 10
BATCH_BYTES = 262_144


class SqsMessageQueue:
    """Sends in batches, side by side. `urls` are the queues' by their names ("embed_events")."""

    def __init__(self, urls: Mapping[str, str], client: AwsClient | None = None) -> None:
        self._urls = urls
        self._client = client or AwsClient("sqs")

    async def send(self, queue: str, messages: Sequence[Message]) -> None:
        url = self._urls.get(queue)
        if url is None:
            raise MisconfiguredError(f"{queue.upper()}_QUEUE_URL", "messages are sent there, but its URL is not set")
        bodies = [message.model_dump_json() for message in messages]
        await asyncio.gather(*(self._send(url, batch) for batch in _batches(bodies)))

    async def _send(self, url: str, bodies: Sequence[str]) -> None:
        """Sends a batch, and what SQS took no part of once more."""
        waiting = {str(place): body for place, body in enumerate(bodies)}
        failures: list[dict[str, Any]] = []
        for _ in range(2):
            entries = [{"Id": place, "MessageBody": body} for place, body in waiting.items()]
            failures = (await self._client.call("send_message_batch", QueueUrl=url, Entries=entries)).get("Failed", [])
            if not failures:
                return
            if any(failure.get("SenderFault") for failure in failures):
                raise Rejected("sqs", str(failures[0].get("Code")))
            waiting = {failure["Id"]: waiting[failure["Id"]] for failure in failures}
        raise Unavailable("sqs", str(failures[0].get("Code")))


def _batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for body in bodies:
        length = len(body.encode())
        if batch and (len(batch) == BATCH_MESSAGES or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch
