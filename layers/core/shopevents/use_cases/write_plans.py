"""One admitted call to the writer: everything that it completes is kept, however it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from shopevents.domain.briefs import PlanBrief, Writing
from shopevents.domain.deadlines import Deadline
from shopevents.domain.degradations import Degradation
from shopevents.domain.errors import DependencyError, OutOfTime, QuotaExhausted, RateLimited, Rejected, Unavailable
from shopevents.domain.patience import Patience, has_all_plans
from shopevents.domain.prices import price_of
from shopevents.ports.controls import ControlState
from shopevents.ports.plan_writer import PlanWriter
from shopevents.ports.spend_ledger import Reservation
from shopevents.use_cases.admit_writer_call import Gate, admit_writer_call
from shopevents.use_cases.loose_ends import LooseEnds

# The tokens of a stream that we left are an estimate. It may be too low by a third (the dearest syllable that the ADR on
# the shape of Claude's answer reckons with), and the vendor writes on until it notices: 0.3 s at 200 tokens a second.
LEFT_STREAM_FACTOR, LEFT_STREAM_TOKENS = 4 / 3, 60
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
    trends_deadline: Deadline,
    may_retry: bool,
    loose_ends: LooseEnds,
    admission: Awaitable[Reservation | Degradation] | None = None,
    on_progress: Callable[[Writing], None] = lambda _: None,
) -> Written:
    """Calls the writer within `deadline`, once more if the first call failed at once with nothing written, `may_retry`
    (no better fallback is ready) and time is left. Once there are six plans, trends are waited for until
    `trends_deadline` at most. `admission` is of the first call where it was asked for beforehand; `on_progress` gets each
    snapshot. The guards learn of the outcome among the `loose_ends`. Never raises DependencyError.
    """

    async def write_once(admitted: Reservation | Degradation) -> Written:
        if isinstance(admitted, Degradation):
            return Written(degradation=admitted)
        writing, failure = await _salvage(writer, brief, deadline, Patience(deadline, trends_deadline), on_progress)
        loose_ends.begin(_report(gate, writing, failure))
        usd = _usd(admitted, writing, failure)
        if usd is not None:
            loose_ends.begin(gate.ledger.settle(admitted, usd))
        return Written(writing, admitted.usd if usd is None else usd, _degradation_of(writing, failure), failure)

    first = await write_once(await (admission or admit_writer_call(gate, controls)))
    if not may_retry or not _worth_a_retry(first, deadline):
        return first
    await loose_ends.tie_up()  # the breaker must know of the first call before it is asked about the second
    second = await write_once(await admit_writer_call(gate, controls))
    return Written(second.writing, first.usd + second.usd, second.degradation, second.failure)


def _worth_a_retry(written: Written, deadline: Deadline) -> bool:
    passing = isinstance(written.failure, Unavailable) and not isinstance(
        written.failure, (RateLimited, QuotaExhausted)
    )
    left = deadline.remaining(asyncio.get_running_loop().time())
    return passing and not written.writing.drafts and left >= RETRY_NEEDS_SECONDS


async def _salvage(
    writer: PlanWriter,
    brief: PlanBrief,
    deadline: Deadline,
    patience: Patience,
    on_progress: Callable[[Writing], None],
) -> tuple[Writing, DependencyError | None]:
    """The last snapshot, and what ended the stream early. To leave a stream that has brought six plans is no failure."""
    last = Writing()
    try:
        async with asyncio.timeout_at(deadline.at) as limit, aclosing(writer.write(brief)) as snapshots:
            async for last in snapshots:
                on_progress(last)
                limit.reschedule(patience.until(last, brief, asyncio.get_running_loop().time()))
    except TimeoutError:
        return last, None if has_all_plans(last) else OutOfTime("claude")
    except DependencyError as error:
        return last, error
    return last, None


async def _report(gate: Gate, writing: Writing, failure: DependencyError | None) -> None:
    """The breaker counts the vendor's faults. A stream that was merely slower than our deadline counts
    only when it brought nothing."""
    at_fault = failure is not None and not (isinstance(failure, OutOfTime) and writing.drafts)
    await (gate.breaker.report_failure() if at_fault else gate.breaker.report_success())


def _usd(reservation: Reservation, writing: Writing, failure: DependencyError | None) -> float | None:
    """USD to account for. A refused call costs nothing. Without the vendor's last count the outcome of a failed stream
    is unknown, and the whole reservation stays charged: null; one that we left with all plans costs what was written,
    generously estimated."""
    usage = writing.usage
    if isinstance(failure, (RateLimited, QuotaExhausted, Rejected)) and usage.model is None:
        return 0.0
    if usage.model is None or (failure is not None and not usage.final):
        return None
    if usage.final:
        return price_of(usage.model).usd(usage)
    most = round(usage.output_tokens * LEFT_STREAM_FACTOR) + LEFT_STREAM_TOKENS
    return min(reservation.usd, price_of(usage.model).usd(usage.model_copy(update={"output_tokens": most})))


def _degradation_of(writing: Writing, failure: DependencyError | None) -> Degradation | None:
    if failure is None:
        return None
    if isinstance(failure, OutOfTime):
        return Degradation.OUT_OF_TIME
    return Degradation.WRITER_CUT_SHORT if writing.drafts else Degradation.WRITER_FAILED
