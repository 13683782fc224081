from collections.abc import Sequence
from datetime import UTC, datetime

from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.vector_index.memory import MemoryVectorIndex
from shopevents.domain.answers import Question
from shopevents.domain.cases import Case
from shopevents.domain.embedding_text import text_of_case
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, Provenance, Purpose, Season
from shopevents.ports.vector_index import CaseVector
from shopevents.use_cases.find_similar_cases import CASES_PER_BUDGET, Library, find_similar_cases

QUESTION = Question(
    owner_id="local:kim",
    purpose=Purpose.SALES,
    trade=Trade(category=IndustryCategory.FOOD, code="I20107", name="돼지고기 구이/찜", ksic="56", word="고깃집"),
    region=Region.of("서울", "강남구"),
    season=Season.AUTUMN,
    month=11,
    asked_at=datetime(2026, 11, 23, tzinfo=UTC),
)


def own(case_id: str, provenance: Provenance, owner_id: str | None = None, cost: int | None = 280_000) -> Case:
    return Case(
        case_id=case_id,
        title="네 명이 오면 냉면 사리를 드립니다",
        prize="냉면 사리 1개",
        participation="네 명이 함께 오시면 팀마다 냉면 사리를 하나씩 드리고, 다음 모임 때 쓸 번호를 건네 다시 이어 갑니다.",
        mechanic=Mechanic.GROUP_DISCOUNT,
        industry=IndustryCategory.FOOD,
        business_type="고깃집",
        city="서울",
        district="강남구",
        season=Season.AUTUMN,
        purposes=(Purpose.SALES,),
        cost=cost,
        participants=60,
        provenance=provenance,
        owner_id=owner_id,
    )


async def library(*more: Case) -> Library:
    """The packaged cases with some more, as they are embedded in production."""
    embedder, index = HashingEmbedder(), MemoryVectorIndex()
    cases: Sequence[Case] = [case for case in packaged_cases() if case.industry is IndustryCategory.FOOD]
    together = [*cases, *more]
    vectors = await embedder.embed([text_of_case(case) for case in together])
    items = [CaseVector(case, vector) for case, vector in zip(together, vectors, strict=True)]
    await index.upsert(namespace_of(IndustryCategory.FOOD, embedder.name), items)
    return Library(embedder, index)


async def test_what_was_observed_here_in_this_trade_grounds_the_next_plans_first() -> None:
    found = await find_similar_cases(QUESTION, library=await library(own("evt-1", Provenance.OBSERVED)))
    assert found.shared[0].case.case_id == "evt-1"


async def test_at_most_five_cases_per_budget_each_once() -> None:
    found = await find_similar_cases(QUESTION, library=await library())
    ids = [scored.case.case_id for scored in found.shared]
    assert len(ids) == len(set(ids)) <= 3 * CASES_PER_BUDGET
    assert len(ids) >= CASES_PER_BUDGET


async def test_a_planned_event_is_found_by_its_owner_and_by_nobody_else() -> None:
    filled = await library(own("evt-2", Provenance.PLANNED, owner_id="local:kim"))
    mine = await find_similar_cases(QUESTION, library=filled)
    assert [scored.case.case_id for scored in mine.own] == ["evt-2"]
    assert "evt-2" not in {scored.case.case_id for scored in mine.shared}
    other = await find_similar_cases(QUESTION.model_copy(update={"owner_id": "local:lee"}), library=filled)
    assert other.own == ()
    assert "evt-2" not in {scored.case.case_id for scored in other.shared}


async def test_where_a_band_has_few_cases_any_cost_will_do() -> None:
    embedder, index = HashingEmbedder(), MemoryVectorIndex()
    cases = [own(f"evt-{number}", Provenance.OBSERVED, cost=90_000_000) for number in range(3)]
    vectors = await embedder.embed([text_of_case(case) for case in cases])
    items = [CaseVector(case, vector) for case, vector in zip(cases, vectors, strict=True)]
    await index.upsert(namespace_of(IndustryCategory.FOOD, embedder.name), items)
    found = await find_similar_cases(QUESTION, library=Library(embedder, index))
    assert len(found.shared) == 3
