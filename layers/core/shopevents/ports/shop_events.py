"""Our shops' own events."""

from typing import Protocol

from shopevents.domain.answers import Answer
from shopevents.domain.effects import Effects
from shopevents.domain.paging import Page, Place
from shopevents.domain.performance import PerformanceReport
from shopevents.domain.shop_events import ShopEvent

type StoredEvent = tuple[ShopEvent, PerformanceReport | None]


class ShopEvents(Protocol):
    """Keeps shop events. Each write commits together with its effects, or not at all."""

    async def create(self, shop_event: ShopEvent, *, answer: Answer | None, effects: Effects) -> bool:
        """Stores a new shop event. `answer` is the recommendation it was chosen from: it is kept too, where it is not
        yet, and remembers its first choice. False, with no effect, when the receipt's key is taken. Raises Conflict
        where that option already has an event, and Unavailable."""
        ...

    async def find(self, event_id: str, owner_id: str) -> StoredEvent | None:
        """The shop event, if it is that owner's, and the report that counts. Raises Unavailable."""
        ...

    async def list(self, owner_id: str, after: Place | None, limit: int) -> Page[StoredEvent]:
        """The owner's, the newest first. Raises Unavailable."""
        ...

    async def change(self, shop_event: ShopEvent, *, effects: Effects) -> bool:
        """Replaces the state whose version is one less than `shop_event.version`. False, with no effect, when the
        shop event has changed meanwhile or is gone. A change takes no receipt: told twice, it changes nothing more.
        Raises Unavailable."""
        ...
