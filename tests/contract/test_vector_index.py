"""What every vector index does."""

import math
from collections.abc import AsyncIterator
from zlib import crc32

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.vector_index.memory import MemoryVectorIndex
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.domain.budgets import CostBand
from shopevents.domain.cases import Case
from shopevents.domain.vocabulary import EventType, IndustryCategory, Mechanic, Provenance, Purpose, Season
from shopevents.ports.vector_index import CaseFilter, CaseVector, VectorIndex
from tests.vendors.pinecone import PineconeFake

DIMENSIONS = 3072
NAMESPACE = "food--ngram-3072"
ANYTHING = CaseFilter()
OFF_PLANE = 0.03


@pytest.fixture
def pgvector_scanning(database: Database) -> VectorIndex:
    return PgvectorIndex(database)


@pytest.fixture
def pgvector_hnsw(database: Database) -> VectorIndex:
    return PgvectorIndex(database, exact_below=0)


@pytest.fixture
def memory() -> VectorIndex:
    return MemoryVectorIndex()


@pytest.fixture
async def pinecone() -> AsyncIterator[VectorIndex]:
    with PineconeFake() as fake:
        index = PineconeIndex(api_key="pc-x", host=fake.url)
        yield index
        await index.close()


@pytest.fixture(params=["pgvector_scanning", "pgvector_hnsw", "memory", "pinecone"])
def index(request: pytest.FixtureRequest) -> VectorIndex:
    chosen: VectorIndex = request.getfixturevalue(request.param)
    return chosen


def towards(degrees: float) -> list[float]:
    """A unit vector at an angle, so that similarity is the cosine of the difference."""
    radians = math.radians(degrees)
    return [math.cos(radians), math.sin(radians), *([0.0] * (DIMENSIONS - 2))]


def a_case(case_id: str, *, cost: int | None = None, owner_id: str | None = None) -> Case:
    return Case(
        case_id=case_id,
        title=f"{case_id} 이벤트",
        prize="아메리카노 1잔",
        participation="인스타그램에 사진을 올리고 직원에게 보여 주세요",
        mechanic=Mechanic.PHOTO,
        industry=IndustryCategory.FOOD,
        city="서울",
        district="강남구",
        cost=cost,
        provenance=Provenance.PLANNED if owner_id else Provenance.ILLUSTRATIVE,
        owner_id=owner_id,
    )


def at(degrees: float, case: Case, version: int = 1) -> CaseVector:
    """The case at an angle, and a little off the plane in a direction of its own: no two real texts have one vector."""
    vector = [number * math.cos(OFF_PLANE) for number in towards(degrees)]
    vector[2 + crc32(case.case_id.encode()) % (DIMENSIONS - 2)] = math.sin(OFF_PLANE)
    return CaseVector(case=case, vector=vector, version=version)


async def found(index: VectorIndex, degrees: float = 0, wanted: CaseFilter = ANYTHING, limit: int = 5) -> list[str]:
    return [hit.case.case_id for hit in await index.search(NAMESPACE, towards(degrees), wanted, limit)]


async def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [at(80, a_case("far")), at(10, a_case("near")), at(60, a_case("between"))])
    hits = await index.search(NAMESPACE, towards(0), ANYTHING, 2)
    assert [hit.case.case_id for hit in hits] == ["near", "between"]
    assert [hit.score for hit in hits] == pytest.approx([math.cos(math.radians(10)), 0.5], abs=0.002)


async def test_a_case_comes_back_as_it_was_stored(index: VectorIndex) -> None:
    case = a_case("whole", cost=280_000)
    await index.upsert(NAMESPACE, [at(0, case)])
    (hit,) = await index.search(NAMESPACE, towards(0), ANYTHING, 5)
    assert hit.case == case


async def test_a_published_case_comes_back_with_all_that_is_known_of_it(index: VectorIndex) -> None:
    known = a_case("rich", cost=400_000).model_copy(
        update={
            "event_type": EventType.OFFLINE,
            "business_type": "냉면집",
            "season": Season.SUMMER,
            "month": 7,
            "purposes": (Purpose.SALES, Purpose.AWARENESS),
            "participants": 152,
            "roi": 187.5,
            "outcome": "매출 9% 증가",
            "provenance": Provenance.PUBLISHED,
            "url": "https://example.com/a?b=1",
        }
    )
    await index.upsert(NAMESPACE, [at(0, known)])
    (hit,) = await index.search(NAMESPACE, towards(0), ANYTHING, 5)
    assert hit.case == known


async def test_scores_are_never_below_zero(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [at(180, a_case("opposite"))])
    (hit,) = await index.search(NAMESPACE, towards(0), ANYTHING, 5)
    assert hit.score == pytest.approx(0, abs=0.002)
    assert hit.score >= 0


async def test_namespaces_do_not_mix(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [at(0, a_case("ours"))])
    await index.upsert("food--openai-3-large-3072", [at(0, a_case("theirs"))])
    assert await found(index) == ["ours"]


async def test_an_unknown_namespace_is_empty(index: VectorIndex) -> None:
    assert await index.search("lodging--nobody", towards(0), ANYTHING, 5) == []


async def test_a_known_cost_has_to_fit_and_an_unknown_one_passes(index: VectorIndex) -> None:
    costs = {"cheap": 100_000, "edge": 125_000, "fits": 300_000, "dear": 450_001, "unknown": None}
    await index.upsert(NAMESPACE, [at(n, a_case(name, cost=cost)) for n, (name, cost) in enumerate(costs.items())])
    wanted = CaseFilter(cost=CostBand(125_000, 450_000))
    assert await found(index, wanted=wanted) == ["edge", "fits", "unknown"]


async def test_a_planned_case_is_seen_by_its_own_shop_only(index: VectorIndex) -> None:
    cases = [a_case("public"), a_case("of-a", owner_id="owner-a"), a_case("of-b", owner_id="owner-b")]
    await index.upsert(NAMESPACE, [at(n, case) for n, case in enumerate(cases)])
    assert await found(index) == ["public"]
    assert await found(index, wanted=CaseFilter(owner_id="owner-a")) == ["public", "of-a"]


async def test_a_filter_finds_the_few_that_pass_among_many_nearer_ones(index: VectorIndex) -> None:
    crowd = [at(n / 10, a_case(f"crowd-{n}", cost=5_000_000)) for n in range(300)]
    few = [at(40 + 5 * n, a_case(f"few-{n}", cost=300_000)) for n in range(5)]
    await index.upsert(NAMESPACE, [*crowd, *few])
    wanted = CaseFilter(cost=CostBand(125_000, 450_000))
    assert await found(index, wanted=wanted) == [f"few-{n}" for n in range(5)]


async def test_a_newer_state_replaces_an_older_one(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [at(0, a_case("one", cost=1), version=1)])
    await index.upsert(NAMESPACE, [at(50, a_case("one", cost=2), version=2)])
    (hit,) = await index.search(NAMESPACE, towards(50), ANYTHING, 5)
    assert hit.case.cost == 2
    assert hit.score == pytest.approx(1, abs=0.002)


async def test_an_older_state_never_overwrites_a_newer_one(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [at(50, a_case("one", cost=2), version=2)])
    await index.upsert(NAMESPACE, [at(0, a_case("one", cost=1), version=1)])
    (hit,) = await index.search(NAMESPACE, towards(50), ANYTHING, 5)
    assert hit.case.cost == 2
    assert hit.score == pytest.approx(1, abs=0.002)


async def test_the_same_upsert_twice_stores_one_vector(index: VectorIndex) -> None:
    for _ in range(2):
        await index.upsert(NAMESPACE, [at(0, a_case("one"))])
    assert await found(index) == ["one"]


async def test_deleted_cases_are_gone_and_unknown_ones_are_no_error(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [at(0, a_case("kept")), at(1, a_case("dropped"))])
    await index.delete(NAMESPACE, ["dropped", "never-there"])
    assert await found(index) == ["kept"]


async def test_more_than_one_batch_is_stored_in_full(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [at(n / 10, a_case(f"case-{n:03}")) for n in range(230)])
    assert len(await index.search(NAMESPACE, towards(0), ANYTHING, 400)) == 230


async def test_nothing_to_store_or_delete_is_no_error(index: VectorIndex) -> None:
    await index.upsert(NAMESPACE, [])
    await index.delete(NAMESPACE, [])
    assert await found(index) == []
