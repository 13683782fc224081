"""An owner reports what came of a shop event."""

from shopevents.domain.announcements import performance_reported
from shopevents.domain.effects import Effects, OnceKey, Receipt
from shopevents.domain.errors import Conflict, NotFound
from shopevents.domain.event_wishes import Counted, ReportAccepted
from shopevents.domain.identifiers import is_id
from shopevents.domain.shop_events import ShopEvent
from shopevents.ports.performances import Performances
from shopevents.use_cases.create_shop_event import EventDesk
from shopevents.use_cases.publish import publish


async def report_performance(
    event_id: str,
    owner_id: str,
    counted: Counted,
    *,
    once: OnceKey | None,
    correlation_id: str,
    desk: EventDesk,
    performances: Performances,
) -> ReportAccepted:
    """Keeps the report with its message and receipt: when this returns, it is durable. The last report counts, earlier
    ones are kept. Raises InvalidInput, NotFound, Conflict for a withdrawn event, and Unavailable."""
    if once and (earlier := await desk.receipts.find(once)):
        return ReportAccepted.model_validate(earlier)
    result = counted.result((await _of(event_id, owner_id, desk)).industry)
    now = desk.clock.now()
    accepted = ReportAccepted(event_id=event_id, reported_at=now, **result.model_dump(exclude={"revenue", "channels"}))
    message = performance_reported(event_id, correlation_id=correlation_id, now=now)
    effects = Effects(messages=(message,), receipt=Receipt(once, accepted.model_dump(mode="json")) if once else None)
    report = await performances.report(event_id, owner_id, result, reported_at=now, effects=effects)
    if report is None:
        earlier = await desk.receipts.find(once) if once else None
        return ReportAccepted.model_validate(earlier)
    await publish(effects.messages, publisher=desk.publisher)
    return accepted


async def _of(event_id: str, owner_id: str, desk: EventDesk) -> ShopEvent:
    stored = await desk.shop_events.find(event_id, owner_id) if is_id(event_id) else None
    if stored is None:
        raise NotFound("이벤트를 찾을 수 없습니다.")
    if stored[0].withdrawn_at:
        raise Conflict("철회한 이벤트에는 결과를 적을 수 없습니다.")
    return stored[0]
