"""SQS: every new answer's full record becomes a row."""

from collections.abc import Mapping, Sequence

from shopevents.bootstrap.workers import recommendations
from shopevents.domain.messages import Message
from shopevents.invocation import queue_function
from shopevents.use_cases.record_recommendations import record_recommendations


@queue_function
async def handler(messages: Sequence[Message]) -> Mapping[str, str]:
    """The ids of the messages that failed, with the reason."""
    return await record_recommendations(messages, recommendations=recommendations())
