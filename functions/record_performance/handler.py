"""SQS: a reported result meets its prediction, and its case grounds the next plans."""

from collections.abc import Mapping, Sequence

from shopevents.bootstrap.shared_state import system_clock
from shopevents.bootstrap.workers import indexer, performances, state
from shopevents.domain.messages import Message
from shopevents.invocation import queue_function
from shopevents.use_cases.record_performance import record_performance


@queue_function
async def handler(messages: Sequence[Message]) -> Mapping[str, str]:
    """The ids of the messages that failed, with the reason."""
    return await record_performance(
        messages,
        performances=performances(),
        indexer=indexer(),
        controls=state().controls,
        clock=system_clock(),
    )
