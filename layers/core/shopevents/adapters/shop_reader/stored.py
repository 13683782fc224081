"""Reads stored shops through a port that is opened when the first owner leaves their shop out of a request."""

from collections.abc import Awaitable, Callable

from shopevents.domain.questions import ShopFacts
from shopevents.ports.shops import Shops


class StoredShops:
    """`open_shops` gives the repository; it imports the database's driver, which few requests need."""

    def __init__(self, open_shops: Callable[[], Awaitable[Shops]]) -> None:
        self._open_shops = open_shops

    async def facts_of(self, owner_id: str) -> ShopFacts | None:
        """See the port."""
        shop = await (await self._open_shops()).get(owner_id)
        if shop is None:
            return None
        return ShopFacts(
            industry=shop.industry_word,
            business_type=shop.business_type,
            city=shop.region.city,
            district=shop.region.district,
        )
