"""Sends documents with something quarantined through curation again, after its reader became better."""

import secrets
from collections.abc import Collection

from shopevents.domain.documents import CURATE_QUEUE, DOCUMENT_LANDED
from shopevents.domain.messages import Message
from shopevents.ports.clock import Clock
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.quarantine import Quarantine

MOST_DOCUMENTS = 500


async def requeue_quarantined(
    reasons: Collection[str] = (),
    *,
    quarantine: Quarantine,
    queue: MessageQueue,
    clock: Clock,
    limit: int = MOST_DOCUMENTS,
) -> int:
    """Returns how many documents were sent, at most `limit`, the oldest first; of any reason where none is named. What
    fails again stays in quarantine, what does not is released. Raises DependencyError."""
    waiting = await quarantine.documents(reasons, limit)
    run = secrets.token_hex(8)
    messages = [
        Message(
            message_id=f"again-{run}-{document.document_id}",
            kind=DOCUMENT_LANDED,
            correlation_id=f"requeue-{run}",
            sent_at=clock.now(),
            body={"document_id": document.document_id, "source": document.source, "again": True},
        )
        for document in waiting
    ]
    if messages:
        await queue.send(CURATE_QUEUE, messages)
    return len(messages)
