"""Without a database no shop is stored."""

from shopevents.domain.questions import ShopFacts


class NoShops:
    """Knows no shop."""

    async def facts_of(self, owner_id: str) -> ShopFacts | None:  # noqa: ARG002 - the port's signature
        """Always None."""
        return None
