"""A reported result meets its prediction, and the case grounds the next plans with its real numbers."""

from collections.abc import Mapping, Sequence

from shopevents.domain.announcements import PerformanceReported, read_body
from shopevents.domain.errors import DependencyError, PoisonRecord
from shopevents.domain.messages import Message
from shopevents.domain.performance import accuracy_of
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.clock import Clock
from shopevents.ports.controls import Controls
from shopevents.ports.performances import Performances
from shopevents.use_cases.embed_events import Indexer, index_cases


async def record_performance(
    messages: Sequence[Message], *, performances: Performances, indexer: Indexer, controls: Controls, clock: Clock
) -> dict[str, str]:
    """For each event: accuracy, the case `observed`, its vector, and then its industry's cache generation, so that no
    answer made without the case outlives its arrival. Every step may be repeated and is the same. Returns the ids of
    the messages that failed, with the reason."""
    failed: dict[str, str] = {}
    events: dict[str, str] = {}
    for message in messages:
        try:
            events[message.message_id] = read_body(message, PerformanceReported).event_id
        except PoisonRecord as poison:
            failed[message.message_id] = str(poison)
    reasons = await _record(set(events.values()), performances, indexer, controls, clock)
    return failed | {each: reasons[event_id] for each, event_id in events.items() if event_id in reasons}


async def _record(
    event_ids: set[str], performances: Performances, indexer: Indexer, controls: Controls, clock: Clock
) -> dict[str, str]:
    reasons: dict[str, str] = {}
    measured: dict[str, IndustryCategory] = {}
    for event_id in sorted(event_ids):
        try:
            industry = await _settle(event_id, performances, clock)
        except DependencyError as error:
            reasons[event_id] = str(error)
        else:
            if industry:
                measured[event_id] = industry
    reasons |= await index_cases(measured, indexer=indexer) if measured else {}
    return reasons | await _renew({each: measured[each] for each in measured if each not in reasons}, controls)


async def _settle(event_id: str, performances: Performances, clock: Clock) -> IndustryCategory | None:
    """The event's industry, None where nothing is left to measure: withdrawn, or deleted with its owner."""
    measurement = await performances.measurement(event_id)
    if measurement is None:
        return None
    prediction = measurement.shop_event.prediction
    accuracy = accuracy_of(prediction, measurement.report) if prediction else None
    await performances.settle(measurement, accuracy, compared_at=clock.now())
    return measurement.shop_event.industry


async def _renew(measured: Mapping[str, IndustryCategory], controls: Controls) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for industry in sorted(set(measured.values())):
        try:
            await controls.renew_generation(industry)
        except DependencyError as error:
            reasons |= {event_id: str(error) for event_id, of in measured.items() if of is industry}
    return reasons
