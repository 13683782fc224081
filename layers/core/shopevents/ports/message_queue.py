"""Queues between functions."""

from collections.abc import Sequence
from typing import Protocol

from shopevents.domain.messages import Message


class MessageQueue(Protocol):
    """Sends messages; delivery is at least once and unordered."""

    async def send(self, queue: str, messages: Sequence[Message]) -> None:
        """Hands all messages to the queue of that name ("embed_events"), in as few calls as it takes.
        Returns when they are durable. Raises Unavailable, with no promise about which were taken."""
        ...
