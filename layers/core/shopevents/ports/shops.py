"""Owners' shops, and everything that is kept of an owner."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from shopevents.domain.effects import Outgoing
from shopevents.domain.shop_profiles import OwnerExport, ShopProfile
from shopevents.domain.vocabulary import IndustryCategory


class Shops(Protocol):
    """Keeps one shop per owner."""

    async def put(self, shop: ShopProfile) -> None:
        """Stores or replaces. Raises Unavailable."""
        ...

    async def get(self, owner_id: str) -> ShopProfile | None:
        """The owner's shop. Raises Unavailable."""
        ...

    async def erase_owner(
        self, owner_id: str, announce: Callable[[str, IndustryCategory], Outgoing], *, erased_at: datetime
    ) -> int:
        """Deletes everything of the owner's. For each of their events `announce` gives the message that takes its
        vector away, committed together with the deletion. What was asked before `erased_at` and arrives later is dropped.
        Returns how many events there were. Raises Unavailable."""
        ...

    async def export_owner(self, owner_id: str, *, exported_at: datetime) -> OwnerExport:
        """Everything that is kept of the owner. Raises Unavailable."""
        ...
