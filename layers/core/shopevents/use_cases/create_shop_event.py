"""An owner chooses a plan, or writes their own: it becomes a shop event."""

from dataclasses import dataclass

from shopevents.domain.announcements import case_changed
from shopevents.domain.answers import Answer
from shopevents.domain.effects import Effects, OnceKey, Receipt
from shopevents.domain.errors import Conflict
from shopevents.domain.event_wishes import Choice, Drafting, EventWish, chosen, edits
from shopevents.domain.identifiers import new_event_id
from shopevents.domain.shop_events import ShopEvent, TrackedEvent
from shopevents.ports.clock import Clock
from shopevents.ports.receipts import Receipts
from shopevents.ports.shop_events import ShopEvents
from shopevents.ports.shops import Shops
from shopevents.use_cases.publish import Publisher, publish
from shopevents.use_cases.reopen_recommendations import Archive, reopen_recommendation


@dataclass(frozen=True, slots=True)
class EventDesk:
    """Everything that shop events are kept with."""

    shops: Shops
    shop_events: ShopEvents
    archive: Archive
    receipts: Receipts
    publisher: Publisher
    clock: Clock


async def create_shop_event(
    owner_id: str, wish: EventWish, *, choice: Choice | None, once: OnceKey | None, correlation_id: str, desk: EventDesk
) -> TrackedEvent:
    """Stores the shop event with its message, its feedback and its receipt, then sends the message.

    With `choice`, the plan with the owner's edits; without, their own idea for their stored shop. The same request
    under the same key is answered the same, and does nothing more. Raises InvalidInput, NotFound for a
    recommendation or option that is not theirs, Conflict, and Unavailable.
    """
    if once and (earlier := await desk.receipts.find(once)):
        return TrackedEvent.model_validate(earlier)
    shop_event, answer = await _draft(owner_id, wish, choice, desk)
    tracked = TrackedEvent.at(shop_event.created_at, shop_event)
    changed = case_changed(
        shop_event.event_id, shop_event.industry, correlation_id=correlation_id, now=shop_event.created_at
    )
    plan = choice.plan_of(answer) if choice and answer else None
    effects = Effects(
        messages=(changed,),
        feedback=chosen(shop_event) + (edits(plan, shop_event) if plan else ()),
        receipt=Receipt(once, tracked.model_dump(mode="json")) if once else None,
    )
    if not await desk.shop_events.create(shop_event, answer=answer, effects=effects):
        return await _by_another(once, desk.receipts)
    await publish(effects.messages, publisher=desk.publisher)
    return tracked


async def _draft(
    owner_id: str, wish: EventWish, choice: Choice | None, desk: EventDesk
) -> tuple[ShopEvent, Answer | None]:
    drafting = Drafting(event_id=new_event_id(), owner_id=owner_id, now=desk.clock.now())
    if choice is None:
        return drafting.from_scratch(await desk.shops.get(owner_id), wish), None
    answer = await reopen_recommendation(choice.recommendation_id, owner_id, archive=desk.archive)
    return drafting.from_plan(choice, answer, wish), answer


async def _by_another(once: OnceKey | None, receipts: Receipts) -> TrackedEvent:
    """What the same request, running at the same time, was answered."""
    earlier = await receipts.find(once) if once else None
    if earlier is None:
        raise Conflict
    return TrackedEvent.model_validate(earlier)
