"""A new plan set: grounded, written by Claude as far as it gets, and filled up from what is left."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from shopevents.domain.answers import Question, StoredPlanSet
from shopevents.domain.briefs import PlanBrief, Usage, Writing
from shopevents.domain.cached_values import SimilarCases
from shopevents.domain.cases import ScoredCase
from shopevents.domain.deadlines import Deadline
from shopevents.domain.degradations import Degradation
from shopevents.domain.errors import DependencyError
from shopevents.domain.filling import Filled, SlotFilling, fill_slots
from shopevents.domain.plans import Plan, PlanDraft, Trends
from shopevents.domain.stopwatches import Stopwatch
from shopevents.domain.vocabulary import Slot
from shopevents.ports.cache import Cache
from shopevents.ports.market_statistics import MarketStatistics
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.plan_writer import PlanWriter
from shopevents.ports.spend_ledger import Reservation
from shopevents.use_cases.admit_writer_call import Gate, admit_writer_call, give_back
from shopevents.use_cases.find_similar_cases import Library
from shopevents.use_cases.gather_grounding import Grounding, gather_grounding
from shopevents.use_cases.loose_ends import LooseEnds
from shopevents.use_cases.read_shelf import Known
from shopevents.use_cases.write_plans import Written, write_plans

# With less than this a call to Claude would be paid for and cut before its first plan.
WRITING_NEEDS_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Workshop:
    """What new plans are made with, and the queue that records them. `writer` is None where no Claude is
    configured; `prepare` does what is slow the first time (importing its SDK). `trends_seconds` after a request was taken
    six plans are enough: Claude's trends are not waited for any longer."""

    library: Library
    statistics: MarketStatistics
    cache: Cache
    writer: PlanWriter | None
    prepare: Callable[[], Awaitable[object]]
    gate: Gate
    queue: MessageQueue
    grounding_seconds: float
    writing_seconds: float
    trends_seconds: float


@dataclass(frozen=True, slots=True)
class Composed:
    """The set, what it cost, and what is worth caching of it."""

    stored: StoredPlanSet
    usage: Usage
    usd: float
    raw: str
    proposals: tuple[PlanDraft, ...]
    cached_parts: tuple[str, ...]
    own_plans: tuple[ScoredCase, ...]
    new_cases: SimilarCases | None
    new_trends: Trends | None
    failures: tuple[DependencyError, ...] = ()
    degradations: frozenset[Degradation] = field(default_factory=frozenset)


async def compose_plan_set(
    question: Question,
    known: Known,
    *,
    workshop: Workshop,
    shown_titles: frozenset[str],
    refused: Degradation | None,
    loose_ends: LooseEnds,
    deadline: Deadline,
    watch: Stopwatch,
) -> Composed:
    """Never raises DependencyError. `refused` says why Claude must not be asked at all."""
    # Beside the search: preparing the writer, which waits for what is left of it, and asking whether it may be called.
    preparing = asyncio.create_task(_prepared(workshop))
    admission = asyncio.create_task(_admission(workshop, known, refused))
    try:
        return await _compose(question, known, workshop, shown_titles, admission, loose_ends, deadline, watch)
    finally:
        preparing.cancel()
        admission.cancel()


async def _prepared(workshop: Workshop) -> None:
    """What goes wrong here goes wrong again, and is told, when the writer is used."""
    with suppress(DependencyError):
        await workshop.prepare()


async def _admission(workshop: Workshop, known: Known, refused: Degradation | None) -> Reservation | Degradation:
    if workshop.writer is None:
        return Degradation.NO_WRITER
    return refused or await admit_writer_call(workshop.gate, known.controls)


async def _compose(
    question: Question,
    known: Known,
    workshop: Workshop,
    shown_titles: frozenset[str],
    admission: Awaitable[Reservation | Degradation],
    loose_ends: LooseEnds,
    deadline: Deadline,
    watch: Stopwatch,
) -> Composed:
    now = asyncio.get_running_loop().time()
    with watch.stage("grounding"):
        grounding = await gather_grounding(
            question,
            known,
            library=workshop.library,
            statistics=workshop.statistics,
            cache=workshop.cache,
            deadline=deadline.share(now, workshop.grounding_seconds),
        )
    brief = _brief(question, known, grounding, shown_titles)
    filling = SlotFilling(brief, _stale_plans(question, known), grounding.history)
    with watch.stage("writing"):
        written = await _write(
            brief,
            known,
            filling,
            workshop=workshop,
            admission=admission,
            loose_ends=loose_ends,
            deadline=deadline,
            spent=watch.seconds,
        )
    with watch.stage("filling"):
        filled = filling.filled(written.writing)
    return _composed(known, grounding, written, filled)


def _composed(known: Known, grounding: Grounding, written: Written, filled: Filled) -> Composed:
    reasons = {written.degradation} if written.degradation else set()
    if grounding.failures:
        reasons.add(Degradation.GROUNDING_UNAVAILABLE)
    return Composed(
        stored=StoredPlanSet(
            plan_set=filled.plan_set, model=written.writing.usage.model, degradations=tuple(sorted(reasons))
        ),
        usage=written.writing.usage,
        usd=written.usd,
        raw=written.writing.raw,
        proposals=filled.proposals,
        cached_parts=known.fresh_parts,
        own_plans=grounding.own,
        new_cases=SimilarCases(cases=grounding.cases) if grounding.searched else None,
        new_trends=filled.written_trends,
        failures=(*grounding.failures, *((written.failure,) if written.failure else ())),
        degradations=frozenset(reasons),
    )


def catalog_plan_set(question: Question, known: Known) -> Composed:
    """A set that needs nothing but the packaged data."""
    brief = _brief(question, known, Grounding(), frozenset())
    filled = fill_slots(brief, Writing(), ())
    return Composed(
        stored=StoredPlanSet(plan_set=filled.plan_set),
        usage=Usage(),
        usd=0.0,
        raw="",
        proposals=filled.proposals,
        cached_parts=(),
        own_plans=(),
        new_cases=None,
        new_trends=None,
        degradations=frozenset({Degradation.OUT_OF_TIME}),
    )


def _brief(question: Question, known: Known, grounding: Grounding, shown_titles: frozenset[str]) -> PlanBrief:
    """Only what is in the cache key, but for the titles of a regeneration, which is not cached."""
    first = secrets.randbelow(len(Slot))
    slots = tuple(Slot)
    return PlanBrief(
        purpose=question.purpose,
        trade=question.trade,
        region=question.region,
        season=question.season,
        month=question.month,
        cases=grounding.cases,
        market=grounding.market,
        known_trends=known.fresh_trends,
        slot_order=slots[first:] + slots[:first],
        avoid_titles=tuple(sorted(shown_titles)),
        prompt_variant=known.prompt_variant,
    )


def _stale_plans(question: Question, known: Known) -> tuple[Plan, ...]:
    """An older set serves where Claude brought nothing, but not an owner who wants other plans."""
    stale = None if question.regenerates else known.stale_result
    return stale.plan_set.plans if stale else ()


async def _write(
    brief: PlanBrief,
    known: Known,
    filling: SlotFilling,
    *,
    workshop: Workshop,
    admission: Awaitable[Reservation | Degradation],
    loose_ends: LooseEnds,
    deadline: Deadline,
    spent: float,
) -> Written:
    now = asyncio.get_running_loop().time()
    share = deadline.share(now, workshop.writing_seconds)
    if workshop.writer is None or share.remaining(now) < WRITING_NEEDS_SECONDS:
        reason = await give_back(workshop.gate, admission)
        return Written(degradation=reason or Degradation.OUT_OF_TIME)
    return await write_plans(
        brief,
        writer=workshop.writer,
        gate=workshop.gate,
        controls=known.controls,
        deadline=share,
        trends_deadline=share.share(now, max(0.0, workshop.trends_seconds - spent)),
        may_retry=known.stale_result is None,
        loose_ends=loose_ends,
        admission=admission,
        on_progress=filling.look_ahead,
    )
