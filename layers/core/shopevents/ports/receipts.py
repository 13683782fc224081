"""What requests with an `Idempotency-Key` were answered."""

from datetime import datetime
from typing import Any, Protocol

from shopevents.domain.effects import OnceKey


class Receipts(Protocol):
    """Reads receipts. Other ports write them, as effects."""

    async def find(self, once: OnceKey) -> dict[str, Any] | None:
        """What the same request was answered, None where it is new. Raises Conflict where another request used the
        key, and Unavailable."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Deletes the receipts of before `moment` and tells how many. Raises Unavailable."""
        ...
