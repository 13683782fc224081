"""A vector index in memory: for one container without settings, and for tests."""

import math
from collections.abc import Sequence

from shopevents.domain.cases import ScoredCase
from shopevents.ports.embedder import Vector
from shopevents.ports.vector_index import CaseFilter, CaseVector


class MemoryVectorIndex:
    """Compares with every vector, which is quicker than any index for some hundreds of them."""

    def __init__(self) -> None:
        self._namespaces: dict[str, dict[str, CaseVector]] = {}

    async def search(self, namespace: str, vector: Vector, wanted: CaseFilter, limit: int) -> list[ScoredCase]:
        stored = self._namespaces.get(namespace, {}).values()
        scored = [
            ScoredCase(case=item.case, score=_cosine(vector, item.vector))
            for item in stored
            if wanted.admits(item.case)
        ]
        return sorted(scored, key=lambda found: (-found.score, found.case.case_id))[:limit]

    async def upsert(self, namespace: str, items: Sequence[CaseVector]) -> None:
        stored = self._namespaces.setdefault(namespace, {})
        for item in items:
            held = stored.get(item.case.case_id)
            if held is None or held.version <= item.version:
                stored[item.case.case_id] = item

    async def delete(self, namespace: str, case_ids: Sequence[str]) -> None:
        stored = self._namespaces.get(namespace, {})
        for case_id in case_ids:
            stored.pop(case_id, None)


def _cosine(one: Vector, other: Vector) -> float:
    lengths = math.sqrt(math.sumprod(one, one) * math.sumprod(other, other))
    return max(0.0, min(1.0, math.sumprod(one, other) / lengths)) if lengths else 0.0
