"""The packaged catalog as a vector index, for a container that has no other."""

import asyncio
from collections.abc import Sequence

from shopevents.adapters.vector_index.memory import MemoryVectorIndex
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.embedding_text import text_of_case
from shopevents.domain.namespaces import namespace_of
from shopevents.ports.embedder import Embedder, Vector
from shopevents.ports.vector_index import CaseFilter, CaseVector


class PackagedIndex(MemoryVectorIndex):
    """Embeds the cases of an industry when that industry is first searched."""

    def __init__(self, cases: Sequence[Case], embedder: Embedder) -> None:
        super().__init__()
        self._cases = cases
        self._embedder = embedder
        self._loading = asyncio.Lock()
        self._loaded: set[str] = set()

    async def search(self, namespace: str, vector: Vector, wanted: CaseFilter, limit: int) -> list[ScoredCase]:
        async with self._loading:
            if namespace not in self._loaded:
                await self._load(namespace)
                self._loaded.add(namespace)
        return await super().search(namespace, vector, wanted, limit)

    async def _load(self, namespace: str) -> None:
        mine = [case for case in self._cases if namespace_of(case.industry, self._embedder.name) == namespace]
        vectors = await self._embedder.embed([text_of_case(case) for case in mine]) if mine else []
        items = [CaseVector(case, vector) for case, vector in zip(mine, vectors, strict=True)]
        await self.upsert(namespace, items)
