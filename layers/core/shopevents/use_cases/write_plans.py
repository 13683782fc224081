"""One admitted call to the writer: everything that it completes is kept, however it ends."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

from shopevents.domain.briefs import PlanBrief, Writing
from shopevents.domain.deadlines import Deadline
from shopevents.domain.degradations import Degradation
from shopevents.domain.errors import DependencyError, OutOfTime, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.domain.prices import price_of
from shopevents.domain.vocabulary import Slot
from shopevents.ports.controls import ControlState
from shopevents.ports.plan_writer import PlanWriter
from shopevents.ports.spend_ledger import Reservation
from shopevents.use_cases.admit_writer_call import Gate, admit_writer_call

# After the last plan only the token counts are missing; they follow at once or not at all.
USAGE_GRACE_SECONDS = 0.3
# A second call is only worth its place when it can still complete most of a set.
RETRY_NEEDS_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it: the writing so far, what it cost, and why it is not whole."""

    writing: Writing = field(default_factory=Writing)
    usd: float = 0.0
    degradation: Degradation | None = None
    failure: DependencyError | None = None


async def write_plans(
    brief: PlanBrief,
    *,
    writer: PlanWriter,
    gate: Gate,
    controls: ControlState,
    deadline: Deadline,
    may_retry: bool,
) -> Written:
    """Calls the writer within `deadline`, once more if the first call failed at once with nothing
    written, `may_retry` (no better fallback is ready) and time is left. Never raises DependencyError.
    """
    first = await _write_once(brief, writer=writer, gate=gate, controls=controls, deadline=deadline)
    if not may_retry or not _worth_a_retry(first, deadline):
        return first
    second = await _write_once(brief, writer=writer, gate=gate, controls=controls, deadline=deadline)
    return Written(second.writing, first.usd + second.usd, second.degradation, second.failure)


def _worth_a_retry(written: Written, deadline: Deadline) -> bool:
    passing = isinstance(written.failure, Unavailable) and not isinstance(
        written.failure, (RateLimited, QuotaExhausted)
    )
    left = deadline.remaining(asyncio.get_running_loop().time())
    return passing and not written.writing.drafts and left >= RETRY_NEEDS_SECONDS


async def _write_once(
    brief: PlanBrief, *, writer: PlanWriter, gate: Gate, controls: ControlState, deadline: Deadline
) -> Written:
    admitted = await admit_writer_call(gate, controls)
    if isinstance(admitted, Degradation):
        return Written(degradation=admitted)
    writing, failure = await _salvage(brief, writer, deadline)
    _, usd = await asyncio.gather(_report(gate, writing, failure), _settle(gate, admitted, writing, failure))
    return Written(writing, usd, _degradation_of(writing, failure), failure)


async def _salvage(brief: PlanBrief, writer: PlanWriter, deadline: Deadline) -> tuple[Writing, DependencyError | None]:
    """The last snapshot, and what ended the stream early."""
    last = Writing()
    clock = asyncio.get_running_loop()
    try:
        async with asyncio.timeout_at(deadline.at) as limit, aclosing(writer.write(brief)) as snapshots:
            async for last in snapshots:
                if _is_whole(last, brief):
                    limit.reschedule(min(deadline.at, clock.time() + USAGE_GRACE_SECONDS))
    except TimeoutError:
        return last, None if _is_whole(last, brief) else OutOfTime("claude")
    except DependencyError as error:
        return last, error
    return last, None


def _is_whole(writing: Writing, brief: PlanBrief) -> bool:
    has_trends = writing.trends is not None or brief.known_trends is not None
    return has_trends and {draft.slot for draft in writing.drafts} == set(Slot)


async def _report(gate: Gate, writing: Writing, failure: DependencyError | None) -> None:
    """The breaker counts the vendor's faults. A stream that was merely slower than our deadline counts
    only when it brought nothing."""
    at_fault = failure is not None and not (isinstance(failure, OutOfTime) and writing.drafts)
    await (gate.breaker.report_failure() if at_fault else gate.breaker.report_success())


async def _settle(gate: Gate, reservation: Reservation, writing: Writing, failure: DependencyError | None) -> float:
    """USD to account for. A refused call costs nothing. Without the vendor's last count the outcome is
    unknown, and the whole reservation stays charged."""
    if isinstance(failure, (RateLimited, QuotaExhausted, Rejected)) and writing.usage.model is None:
        usd = 0.0
    elif writing.usage.model is not None and writing.usage.final:
        usd = price_of(writing.usage.model).usd(writing.usage)
    else:
        return reservation.usd
    await gate.ledger.settle(reservation, usd)
    return usd


def _degradation_of(writing: Writing, failure: DependencyError | None) -> Degradation | None:
    if failure is None:
        return None
    if isinstance(failure, OutOfTime):
        return Degradation.OUT_OF_TIME
    return Degradation.WRITER_CUT_SHORT if writing.drafts else Degradation.WRITER_FAILED
