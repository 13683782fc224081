"""Owners look at their shop events: what was predicted, what came of it, and where each stands."""

from shopevents.domain.errors import NotFound
from shopevents.domain.identifiers import is_id
from shopevents.domain.paging import Page, Place
from shopevents.domain.shop_events import TrackedEvent
from shopevents.ports.clock import Clock
from shopevents.ports.shop_events import ShopEvents


async def find_shop_event(event_id: str, owner_id: str, *, shop_events: ShopEvents, clock: Clock) -> TrackedEvent:
    """The owner's shop event as it stands now. Raises NotFound, Unavailable."""
    stored = await shop_events.find(event_id, owner_id) if is_id(event_id) else None
    if stored is None:
        raise NotFound("이벤트를 찾을 수 없습니다.")
    return TrackedEvent.at(clock.now(), *stored)


async def list_shop_events(
    owner_id: str, cursor: str | None, limit: int, *, shop_events: ShopEvents, clock: Clock
) -> Page[TrackedEvent]:
    """The owner's, the newest first. Raises InvalidInput for a foreign cursor, and Unavailable."""
    page = await shop_events.list(owner_id, Place.of(cursor) if cursor else None, limit)
    now = clock.now()
    return Page(tuple(TrackedEvent.at(now, *stored) for stored in page.items), page.next_cursor)
