"""An owner changes or withdraws a shop event."""

from shopevents.domain.announcements import case_changed
from shopevents.domain.effects import Effects
from shopevents.domain.errors import Conflict, NotFound
from shopevents.domain.event_wishes import EventWish, changed_by, edits
from shopevents.domain.identifiers import is_id
from shopevents.domain.shop_events import ShopEvent, TrackedEvent
from shopevents.use_cases.create_shop_event import EventDesk
from shopevents.use_cases.publish import publish

# Two changes at once are rare (one owner, two windows); the loser looks again.
_ATTEMPTS = 3


async def change_shop_event(
    event_id: str, owner_id: str, wish: EventWish, *, withdraw: bool, correlation_id: str, desk: EventDesk
) -> TrackedEvent:
    """The shop event as wished for. A withdrawn one is no longer changed, found by nobody, and keeps its place in the
    owner's list; withdrawing it again changes nothing. Raises InvalidInput, NotFound, Conflict, Unavailable."""
    for _ in range(_ATTEMPTS):
        stored = await desk.shop_events.find(event_id, owner_id) if is_id(event_id) else None
        if stored is None:
            raise NotFound("이벤트를 찾을 수 없습니다.")
        before, result = stored
        after = _after(before, wish, withdraw=withdraw, desk=desk)
        if after is before:
            return TrackedEvent.at(desk.clock.now(), before, result)
        message = case_changed(event_id, after.industry, correlation_id=correlation_id, now=after.updated_at)
        effects = Effects(messages=(message,), feedback=edits(before, after))
        if await desk.shop_events.change(after, effects=effects):
            await publish(effects.messages, publisher=desk.publisher)
            return TrackedEvent.at(desk.clock.now(), after, result)
    raise Conflict("다른 곳에서 이 이벤트를 함께 고치고 있습니다. 다시 시도해 주세요.")


def _after(before: ShopEvent, wish: EventWish, *, withdraw: bool, desk: EventDesk) -> ShopEvent:
    now = desk.clock.now()
    if before.withdrawn_at:
        if withdraw and not wish.said:
            return before
        raise Conflict("철회한 이벤트는 고칠 수 없습니다.")
    after = changed_by(wish, before, now)
    if withdraw:
        changes = {"withdrawn_at": now, "updated_at": now, "version": before.version + 1}
        return after.model_copy(update=changes)
    return after
