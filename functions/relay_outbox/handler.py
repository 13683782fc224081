"""Every minute: messages that were committed and not sent, and answers that wait in the stream."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from shopevents.bootstrap.workers import ledger, publisher, recommendations, state
from shopevents.domain.deadlines import Deadline
from shopevents.invocation import scheduled_function
from shopevents.observability import report_spending
from shopevents.use_cases.relay_outbox import relay_outbox


@scheduled_function
async def handler(deadline: Deadline) -> Mapping[str, Any]:
    """What was sent, postponed and recorded."""
    relayed = await relay_outbox(
        publisher=publisher(),
        stream=state().stream,
        recommendations=recommendations(),
        deadline=deadline,
    )
    report_spending(await ledger().spent_today())
    return asdict(relayed)
