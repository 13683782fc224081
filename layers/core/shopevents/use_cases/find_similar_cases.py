"""Grounding: the most similar cases for each budget band."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shopevents.domain.answers import Question
from shopevents.domain.budgets import CostBand, similar_cost_range
from shopevents.domain.cases import ScoredCase
from shopevents.domain.embedding_text import text_of_question
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.vocabulary import Budget
from shopevents.ports.embedder import Embedder, Vector
from shopevents.ports.vector_index import CaseFilter, VectorIndex

CASES_PER_BUDGET = 5


@dataclass(frozen=True, slots=True)
class Library:
    """Where similar cases are looked up."""

    embedder: Embedder
    index: VectorIndex


async def find_similar_cases(question: Question, *, library: Library) -> tuple[ScoredCase, ...]:
    """Up to five cases per budget band, best first, each once. Filters are relaxed step by step for a
    band that finds fewer: costs within 50 % of the band, then twice as far, then any cost.
    Raises DependencyError.
    """
    (vector,) = await library.embedder.embed([text_of_question(question)])
    namespace = namespace_of(question.trade.category, library.embedder.name)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_for_budget(budget, namespace, vector, library.index)) for budget in Budget]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return _best_first(case for task in tasks for case in task.result())


async def _for_budget(budget: Budget, namespace: str, vector: Vector, index: VectorIndex) -> Sequence[ScoredCase]:
    found: Sequence[ScoredCase] = ()
    for cost in _relaxing(similar_cost_range(budget)):
        found = await index.search(namespace, vector, CaseFilter(cost=cost), CASES_PER_BUDGET)
        if len(found) >= CASES_PER_BUDGET:
            break
    return found


def _relaxing(band: CostBand) -> tuple[CostBand | None, ...]:
    wider = CostBand(band.low // 2, band.high * 2)
    return band, wider, None


def _best_first(cases: Iterable[ScoredCase]) -> tuple[ScoredCase, ...]:
    by_id = {scored.case.case_id: scored for scored in cases}
    return tuple(sorted(by_id.values(), key=lambda scored: (-scored.score, scored.case.case_id)))
