"""SQS: pages that crawlers fetched become cases, or figures."""

from collections.abc import Mapping, Sequence

from shopevents.bootstrap.curation import curation
from shopevents.domain.messages import Message
from shopevents.invocation import queue_function
from shopevents.use_cases.curate_documents import curate_documents


@queue_function
async def handler(messages: Sequence[Message]) -> Mapping[str, str]:
    """The ids of the messages that failed, with the reason."""
    return await curate_documents(messages, curation=curation())
