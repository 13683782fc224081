"""Six plans for an owner's question, within its deadline, whatever is broken on the way."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from shopevents.domain.answers import (
    Answer,
    Metering,
    ModelUsage,
    Question,
    StoredPlanSet,
    WrittenAnswer,
    source_of,
)
from shopevents.domain.deadlines import Deadline
from shopevents.domain.degradations import Degradation, message_for
from shopevents.domain.errors import DependencyError, OutOfTime
from shopevents.domain.own_plans import with_own_plans
from shopevents.domain.stopwatches import Stopwatch
from shopevents.ports.answer_book import AnswerBook
from shopevents.ports.flights import Flights
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.rate_limiter import RateLimiter
from shopevents.use_cases.compose_plan_set import Composed, Workshop, catalog_plan_set, compose_plan_set
from shopevents.use_cases.loose_ends import LooseEnds
from shopevents.use_cases.read_shelf import Known, Shelf, fill_shelf, read_shelf
from shopevents.use_cases.record_answer import record_answer
from shopevents.use_cases.share_work import share_work

# Kept for what follows the writing: filling, finishing, caching and answering.
RESERVE_SECONDS = 0.6
# The catalog alone takes a few milliseconds warm, a tenth of a second when its data is read for the first time.
LAST_RESORT_SECONDS = 0.45
# Storing an answer under its id is worth this much of an owner's time, no more.
KEEP_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a recommendation may use. The workshop is opened at the first miss: an answer from the
    cache imports nothing of what new plans are made with."""

    shelf: Shelf
    answers: AnswerBook
    limiter: RateLimiter
    owner_requests_per_minute: int
    flights: Flights
    open_workshop: Callable[[], Awaitable[Workshop]]


@dataclass(frozen=True, slots=True)
class Recommended:
    """The answer, and what went wrong on the way to it (for the log)."""

    answer: Answer
    failures: tuple[Exception, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A plan set on its way to its asker."""

    stored: StoredPlanSet
    composed: Composed | None = None
    queue: MessageQueue | None = None
    cache_level: str | None = None
    degradations: frozenset[Degradation] = field(default_factory=frozenset)
    failures: tuple[Exception, ...] = ()


async def recommend_events(
    question: Question, *, desk: Desk, deadline: Deadline, watch: Stopwatch, correlation_id: str
) -> Recommended:
    """The answer for `question`. Raises nothing that a dependency did: it degrades and says so. `correlation_id` goes
    along with what is recorded."""
    loose_ends = LooseEnds()
    with watch.stage("cache"):
        known = await read_shelf(question, shelf=desk.shelf)
    fresh = None if question.regenerates else known.fresh_result
    if fresh is not None:
        outcome = _shared(fresh, "result")
    else:
        outcome = await _new_plans_or_catalog(question, known, loose_ends, desk=desk, deadline=deadline, watch=watch)
    if not known.is_available:
        outcome = replace(outcome, degradations=outcome.degradations | {Degradation.CACHE_UNAVAILABLE})
    answer = _answer(question, known, outcome, watch)
    with watch.stage("keep"):
        lost, untied = await asyncio.gather(
            _hand_over(answer, outcome, known, desk=desk, deadline=deadline, correlation_id=correlation_id),
            _in_time(loose_ends.tie_up(), deadline),
        )
    failures = (*outcome.failures, *lost.values(), *((untied,) if untied else ()))
    return Recommended(_measured(answer, outcome.degradations | set(lost), watch), failures)


async def _new_plans_or_catalog(
    question: Question, known: Known, loose_ends: LooseEnds, *, desk: Desk, deadline: Deadline, watch: Stopwatch
) -> _Outcome:
    """The promise's last line: whatever goes wrong while plans are made, what was made counts, and the catalog needs
    nobody else."""
    made: list[Composed] = []
    try:
        async with asyncio.timeout_at(deadline.leaving(LAST_RESORT_SECONDS).at):
            return await _new_plans(question, known, loose_ends, desk=desk, deadline=deadline, watch=watch, made=made)
    except Exception as error:  # noqa: BLE001  # a bug of ours must not cost the owner the answer; it is logged as one
        composed = made[-1] if made else catalog_plan_set(question, known)
        return replace(_outcome_of(composed), failures=(*composed.failures, error))


async def _new_plans(
    question: Question,
    known: Known,
    loose_ends: LooseEnds,
    *,
    desk: Desk,
    deadline: Deadline,
    watch: Stopwatch,
    made: list[Composed],
) -> _Outcome:
    """Makes a plan set, or waits for the container that is already making it. What is composed is in `made` at once,
    before it is stored and shared."""
    with watch.stage("open"):
        workshop = await desk.open_workshop()
    writing_deadline = deadline.leaving(RESERVE_SECONDS)
    with watch.stage("limit"):
        waiting = await desk.limiter.try_acquire(f"owner:{question.owner_id}", desk.owner_requests_per_minute)
    refused = Degradation.OWNER_TOO_FAST if waiting > 0 else None

    async def compose() -> Composed:
        shown = await _shown_titles(question, desk)
        composed = await compose_plan_set(
            question,
            known,
            workshop=workshop,
            shown_titles=shown,
            refused=refused,
            loose_ends=loose_ends,
            deadline=writing_deadline,
            watch=watch,
        )
        made.append(composed)
        return composed

    if question.regenerates or refused or workshop.writer is None:
        return replace(_outcome_of(await compose()), queue=workshop.queue)
    shared = await share_work(
        str(known.keys.result), compose, flights=desk.flights, loose_ends=loose_ends, deadline=writing_deadline
    )
    if isinstance(shared, StoredPlanSet):
        return _shared(shared, "flight")
    return replace(_outcome_of(shared), queue=workshop.queue)


def _shared(stored: StoredPlanSet, cache_level: str) -> _Outcome:
    """What was made for somebody else, with what was missing then."""
    missing = frozenset(code for code in Degradation if code in stored.degradations)
    return _Outcome(stored, cache_level=cache_level, degradations=missing)


def _outcome_of(composed: Composed) -> _Outcome:
    return _Outcome(
        composed.stored,
        composed,
        degradations=composed.degradations,
        failures=composed.failures,
    )


async def _shown_titles(question: Question, desk: Desk) -> frozenset[str]:
    """Titles that a regeneration must not repeat."""
    if not question.regenerates:
        return frozenset()
    try:
        return await desk.answers.shown_titles(question.owner_id)
    except DependencyError:
        return frozenset()


async def _store(known: Known, composed: Composed | None, desk: Desk, deadline: Deadline) -> None:
    """Puts a new set and what it was made of on the shelf, for the next who asks."""
    if composed is None:
        return
    jitter = secrets.randbelow(1000) / 1000
    filling = fill_shelf(
        known,
        shelf=desk.shelf,
        result=composed.stored,
        cases=composed.new_cases,
        trends=composed.new_trends,
        jitter=jitter,
    )
    await _in_time(filling, deadline)


def _answer(question: Question, known: Known, outcome: _Outcome, watch: Stopwatch) -> Answer:
    composed = outcome.composed
    plan_set = with_own_plans(outcome.stored.plan_set, composed.own_plans if composed else ())
    source = source_of(plan_set.plans)
    return Answer(
        recommendation_id=secrets.token_urlsafe(16),
        question=question,
        plan_set=plan_set,
        prompt_variant=known.prompt_variant,
        source=source,
        message=message_for(source, outcome.degradations),
        metering=Metering(
            seconds=watch.seconds,
            stages=watch.stages,
            usage=ModelUsage(
                input_tokens=composed.usage.prompt_tokens if composed else 0,
                output_tokens=composed.usage.output_tokens if composed else 0,
            ),
            cost_usd=composed.usd if composed else 0.0,
            model=outcome.stored.model,
            cache_hit=outcome.cache_level == "result",
            cache_level=outcome.cache_level,
            cached_parts=composed.cached_parts if composed else (),
            degradations=tuple(sorted(outcome.degradations)),
        ),
    )


async def _hand_over(
    answer: Answer, outcome: _Outcome, known: Known, *, desk: Desk, deadline: Deadline, correlation_id: str
) -> dict[Degradation, Exception]:
    """Keeps the answer under its id, and stores a new one and sends it to be recorded, side by side. What failed.
    Who asks the same before it is stored gets what the flight has published."""
    jobs = {Degradation.CACHE_UNAVAILABLE: _in_time(desk.answers.keep(answer), deadline)}
    if outcome.composed is not None and outcome.queue is not None:
        record = WrittenAnswer(answer=answer, raw=outcome.composed.raw, proposals=outcome.composed.proposals)
        recording = record_answer(record, queue=outcome.queue, correlation_id=correlation_id)
        jobs[Degradation.RECORD_UNAVAILABLE] = _in_time(recording, deadline)
    storing = _store(known, None if answer.question.regenerates else outcome.composed, desk, deadline)
    _, *outcomes = await asyncio.gather(storing, *jobs.values())
    results = zip(jobs, outcomes, strict=True)
    return {degradation: failure for degradation, failure in results if failure is not None}


async def _in_time(work: Awaitable[object], deadline: Deadline) -> Exception | None:
    """Why `work` was not done within its small share of the time, None when it was. The answer is made by then: nothing
    that happens here may cost it."""
    now = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(deadline.share(now, KEEP_SECONDS).at):
            await work
    except TimeoutError:
        return OutOfTime("keeping")
    except Exception as error:  # noqa: BLE001  # whatever it is, it is logged, and the owner gets the answer
        return error
    return None


def _measured(answer: Answer, degradations: frozenset[Degradation], watch: Stopwatch) -> Answer:
    """The answer with the times as they are at its very end."""
    update = {"seconds": watch.seconds, "stages": watch.stages, "degradations": tuple(sorted(degradations))}
    return answer.model_copy(update={"metering": answer.metering.model_copy(update=update)})
