"""SQS: cases that changed come into the vector index, or out of it."""

from collections.abc import Mapping, Sequence

from shopevents.bootstrap.workers import indexer
from shopevents.domain.messages import Message
from shopevents.invocation import queue_function
from shopevents.use_cases.embed_events import embed_events


@queue_function
async def handler(messages: Sequence[Message]) -> Mapping[str, str]:
    """The ids of the messages that failed, with the reason."""
    return await embed_events(messages, indexer=indexer())
