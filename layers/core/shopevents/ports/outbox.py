"""Messages that were committed together with a row and are not yet known to be sent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from shopevents.domain.effects import Outgoing

# A relay leaves a message alone for so long: the one who committed it is sending it.
RELAY_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to send, and for which time it is tried by a relay."""

    outgoing: Outgoing
    attempt: int


class Outbox(Protocol):
    """Holds each message until it is known to be sent. Other ports put messages in, as effects."""

    async def claim(self, limit: int) -> list[Claimed]:
        """At most `limit` due messages, the oldest first, that no other relay gets for a while: longer with every
        attempt. Raises Unavailable."""
        ...

    async def forget(self, message_ids: Collection[str]) -> None:
        """They are sent. Raises Unavailable."""
        ...
