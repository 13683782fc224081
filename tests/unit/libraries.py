"""A question, and libraries to look its similar cases up in."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.vector_index.memory import MemoryVectorIndex
from shopevents.domain.answers import Question
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.embedding_text import text_of_case
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Purpose, Season
from shopevents.ports.embedder import Vector
from shopevents.ports.vector_index import CaseFilter, CaseVector
from shopevents.use_cases.find_similar_cases import Library

QUESTION = Question(
    owner_id="local:kim",
    purpose=Purpose.SALES,
    trade=Trade(category=IndustryCategory.FOOD, code="I20107", name="돼지고기 구이/찜", ksic="56", word="고깃집"),
    region=Region.of("서울", "강남구"),
    season=Season.AUTUMN,
    month=11,
    asked_at=datetime(2026, 11, 23, tzinfo=UTC),
)


class CountingIndex(MemoryVectorIndex):
    """Remembers what it was searched for."""

    def __init__(self) -> None:
        super().__init__()
        self.searches: list[CaseFilter] = []

    async def search(self, namespace: str, vector: Vector, wanted: CaseFilter, limit: int) -> list[ScoredCase]:
        self.searches.append(wanted)
        return await super().search(namespace, vector, wanted, limit)


async def filled_with(cases: Sequence[Case]) -> tuple[Library, CountingIndex]:
    embedder, index = HashingEmbedder(), CountingIndex()
    vectors = await embedder.embed([text_of_case(case) for case in cases])
    items = [CaseVector(case, vector) for case, vector in zip(cases, vectors, strict=True)]
    await index.upsert(namespace_of(IndustryCategory.FOOD, embedder.name), items)
    return Library(embedder, index), index
