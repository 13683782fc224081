"""Queues in one process, which nobody reads but who asks: for tests, and for a function without backends."""

from collections import defaultdict
from collections.abc import Sequence

from shopevents.domain.messages import Message


class MemoryMessageQueue:
    """`sent` holds what was sent, by queue. It keeps the last `most` messages of each."""

    def __init__(self, most: int = 1_000) -> None:
        self._most = most
        self.sent: defaultdict[str, list[Message]] = defaultdict(list)

    async def send(self, queue: str, messages: Sequence[Message]) -> None:
        self.sent[queue] = [*self.sent[queue], *messages][-self._most :]
