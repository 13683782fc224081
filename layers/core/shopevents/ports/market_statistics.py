"""Public statistics that ground the trends."""

from typing import Protocol

from shopevents.domain.briefs import MarketFact
from shopevents.domain.shops import Region, Trade


class MarketStatistics(Protocol):
    """Reads what the crawlers stored."""

    async def facts(self, trade: Trade, region: Region, month: int) -> tuple[MarketFact, ...]:
        """Facts on trade, place and season, best first, empty where none is held. Raises Unavailable."""
        ...
