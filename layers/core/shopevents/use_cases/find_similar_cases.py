"""Grounding: the most similar cases for each budget band."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shopevents.domain.answers import Question
from shopevents.domain.budgets import CostBand, similar_cost_range
from shopevents.domain.case_ranking import usefulness
from shopevents.domain.cases import ScoredCase
from shopevents.domain.embedding_text import text_of_question
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.vocabulary import Budget, Provenance
from shopevents.ports.embedder import Embedder, Vector
from shopevents.ports.vector_index import CaseFilter, VectorIndex

CASES_PER_BUDGET = 5
# More than five are looked at, since the most similar texts are not always the most useful cases.
LOOKED_AT_PER_BUDGET = 20
# What the first search asks for: all that the three bands look at, so that they seldom have to search by themselves.
LOOKED_UP = LOOKED_AT_PER_BUDGET * len(Budget)
OWN_CASES = 5


@dataclass(frozen=True, slots=True)
class Library:
    """Where similar cases are looked up."""

    embedder: Embedder
    index: VectorIndex


@dataclass(frozen=True, slots=True)
class Found:
    """`shared` cases ground anybody's plans and may be cached; `own` are the asker's planned events."""

    shared: tuple[ScoredCase, ...] = ()
    own: tuple[ScoredCase, ...] = ()


async def find_similar_cases(question: Question, *, library: Library) -> Found:
    """Up to five shared cases per budget band, the most useful first, each once, and the asker's own planned events.
    One search serves all bands; only a band with fewer than five cases in what it brings searches for its own. The shared
    ones may be cached for anybody, so that nothing of the asker's has a part in them: the own events have their search.
    Filters are relaxed step by step for a band that finds fewer: costs within 50 % of the band, then twice as far, then
    any cost. Raises DependencyError.
    """
    (vector,) = await library.embedder.embed([text_of_question(question)])
    namespace = namespace_of(question.trade.category, library.embedder.name)
    search = library.index.search
    try:
        async with asyncio.TaskGroup() as group:
            own = group.create_task(search(namespace, vector, CaseFilter(owner_id=question.owner_id), OWN_CASES))
            nearest = await search(namespace, vector, CaseFilter(), LOOKED_UP)
            nearby = _Nearby(library.index, namespace, vector, tuple(nearest))
            tasks = [group.create_task(_for_budget(budget, question, nearby)) for budget in Budget]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    shared = _best_first((case for task in tasks for case in task.result()), question)
    return Found(shared, tuple(found for found in own.result() if _is_planned(found)))


@dataclass(frozen=True, slots=True)
class _Nearby:
    """The nearest shared cases of any cost, and where to search when they hold too few of one."""

    index: VectorIndex
    namespace: str
    vector: Vector
    nearest: tuple[ScoredCase, ...]

    async def costing(self, cost: CostBand | None) -> Sequence[ScoredCase]:
        """The nearest shared cases of that cost, best first."""
        wanted = CaseFilter(cost=cost)
        at_hand = [found for found in self.nearest if wanted.admits(found.case)]
        has_all = len(self.nearest) < LOOKED_UP or cost is None
        if has_all or len(at_hand) >= CASES_PER_BUDGET:
            return at_hand[:LOOKED_AT_PER_BUDGET]
        return await self.index.search(self.namespace, self.vector, wanted, LOOKED_AT_PER_BUDGET)


async def _for_budget(budget: Budget, question: Question, nearby: _Nearby) -> Sequence[ScoredCase]:
    found: Sequence[ScoredCase] = ()
    for cost in _relaxing(similar_cost_range(budget)):
        found = await nearby.costing(cost)
        if len(found) >= CASES_PER_BUDGET:
            break
    return _best_first(found, question)[:CASES_PER_BUDGET]


def _relaxing(band: CostBand) -> tuple[CostBand | None, ...]:
    wider = CostBand(band.low // 2, band.high * 2)
    return band, wider, None


def _is_planned(found: ScoredCase) -> bool:
    return found.case.provenance is Provenance.PLANNED


def _best_first(cases: Iterable[ScoredCase], question: Question) -> tuple[ScoredCase, ...]:
    by_id = {scored.case.case_id: scored for scored in cases}
    return tuple(sorted(by_id.values(), key=lambda scored: (-usefulness(scored, question), scored.case.case_id)))
