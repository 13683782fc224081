"""No statistics: what there is without a database."""

from shopevents.domain.briefs import MarketFact
from shopevents.domain.shops import Region, Trade


class NoMarketStatistics:
    """Knows nothing, and says so by an empty answer."""

    async def facts(self, trade: Trade, region: Region, month: int) -> tuple[MarketFact, ...]:
        """Always empty."""
        del trade, region, month
        return ()
