"""What the request path reads of a stored shop."""

from typing import Protocol

from shopevents.domain.questions import ShopFacts


class ShopReader(Protocol):
    """Reads the shop that an owner has stored."""

    async def facts_of(self, owner_id: str) -> ShopFacts | None:
        """The shop's trade and place as typed, None where nothing is stored. Raises Unavailable."""
        ...
