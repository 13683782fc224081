"""What requests with an `Idempotency-Key` were answered."""

from typing import Any, Protocol

from shopevents.domain.effects import OnceKey

# A client that repeats a request does so within hours; a week leaves room for a phone in a drawer.
RECEIPTS_KEPT_DAYS = 7


class Receipts(Protocol):
    """Reads receipts. Other ports write them, as effects, and keep them for a week at least."""

    async def find(self, once: OnceKey) -> dict[str, Any] | None:
        """What the same request was answered, None where it is new. Raises Conflict where another request used the
        key, and Unavailable."""
        ...
