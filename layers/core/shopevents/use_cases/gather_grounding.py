"""Similar cases and market facts, side by side, within their share of the time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shopevents.domain.answers import Question
from shopevents.domain.briefs import MarketFact
from shopevents.domain.cached_values import SimilarCases
from shopevents.domain.calibration import NO_HISTORY, History
from shopevents.domain.cases import ScoredCase
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import DependencyError, OutOfTime
from shopevents.ports.cache import Cache
from shopevents.ports.market_statistics import MarketStatistics
from shopevents.use_cases.find_similar_cases import Found, Library, find_similar_cases
from shopevents.use_cases.learn_from_results import learned_history
from shopevents.use_cases.read_shelf import Known


@dataclass(frozen=True, slots=True)
class Grounding:
    """What new plans stand on. `own` are the asker's planned events, for their eyes only; `history` is what was learned
    from results. `searched` cases came from the index, not from the cache, so they may be
    cached; `failures` are what kept a source from answering in time."""

    cases: tuple[ScoredCase, ...] = ()
    own: tuple[ScoredCase, ...] = ()
    market: tuple[MarketFact, ...] = ()
    history: History = NO_HISTORY
    searched: bool = False
    failures: tuple[DependencyError, ...] = ()


async def gather_grounding(
    question: Question,
    known: Known,
    *,
    library: Library,
    statistics: MarketStatistics,
    cache: Cache,
    deadline: Deadline,
) -> Grounding:
    """Never raises DependencyError: what is not there in time, the answer goes without."""
    held = known.fresh_cases
    looking_up = asyncio.create_task(
        _in_time(lambda: statistics.facts(question.trade, question.region, question.month), deadline, "statistics")
    )
    learning = asyncio.create_task(_in_time(lambda: learned_history(cache=cache), deadline, "history"))
    try:
        # Not a task: the search takes longest, and is on its way before any of them has its turn.
        found = await _in_time(lambda: _search(question, library, held), deadline, "cases")
        facts, history = await looking_up, await learning
    finally:
        looking_up.cancel()
        learning.cancel()
    searched = Found() if isinstance(found, DependencyError) else found
    return Grounding(
        cases=held.cases if held else searched.shared,
        own=searched.own,
        market=() if isinstance(facts, DependencyError) else facts,
        history=NO_HISTORY if isinstance(history, DependencyError) else history,
        searched=held is None and not isinstance(found, DependencyError),
        failures=tuple(outcome for outcome in (found, facts, history) if isinstance(outcome, DependencyError)),
    )


async def _search(question: Question, library: Library, held: SimilarCases | None) -> Found:
    return Found() if held else await find_similar_cases(question, library=library)


async def _in_time[T](work: Callable[[], Awaitable[T]], deadline: Deadline, name: str) -> T | DependencyError:
    """The result, or why it was not there by the deadline."""
    try:
        async with asyncio.timeout_at(deadline.at):
            return await work()
    except TimeoutError:
        return OutOfTime(name)
    except DependencyError as error:
        return error
