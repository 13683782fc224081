from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from shopevents.domain.budgets import CostBand, similar_cost_range
from shopevents.domain.case_ranking import usefulness
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.embedding_text import text_of_question
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.domain.vocabulary import Budget, IndustryCategory, Mechanic, Provenance, Purpose, Season
from shopevents.ports.vector_index import CaseFilter
from shopevents.use_cases.find_similar_cases import (
    CASES_PER_BUDGET,
    LOOKED_UP,
    Found,
    Library,
    find_similar_cases,
)
from tests.unit.libraries import QUESTION, filled_with


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
    cases = [case for case in packaged_cases() if case.industry is IndustryCategory.FOOD]
    filled, _ = await filled_with([*cases, *more])
    return filled


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
    cases = [own(f"evt-{number}", Provenance.OBSERVED, cost=90_000_000) for number in range(3)]
    few, index = await filled_with(cases)
    found = await find_similar_cases(QUESTION, library=few)
    assert len(found.shared) == 3
    assert len(index.searches) == 2


OTHER_WORDS = {"business_type": "빵집", "city": "부산", "season": Season.SPRING, "purposes": (Purpose.AWARENESS,)}


async def test_one_search_serves_all_three_bands() -> None:
    costs = (280_000, 1_600_000, 5_500_000)
    cases = [own(f"evt-{number}", Provenance.OBSERVED, cost=costs[number % 3]) for number in range(90)]
    filled, index = await filled_with(cases)
    found = await find_similar_cases(QUESTION, library=filled)
    assert Counter(index.searches) == {CaseFilter(): 1, CaseFilter(owner_id=QUESTION.owner_id): 1}
    assert Counter(scored.case.cost for scored in found.shared) == dict.fromkeys(costs, CASES_PER_BUDGET)


async def test_a_band_that_the_first_search_hardly_touches_searches_for_its_own() -> None:
    near = [own(f"near-{number}", Provenance.OBSERVED, cost=280_000) for number in range(LOOKED_UP)]
    far = [
        own(f"far-{number}", Provenance.OBSERVED, cost=5_500_000).model_copy(update=OTHER_WORDS)
        for number in range(CASES_PER_BUDGET)
    ]
    filled, index = await filled_with([*near, *far])
    found = await find_similar_cases(QUESTION, library=filled)
    assert {scored.case.case_id for scored in far_of(found)} == {case.case_id for case in far}
    asked_costs = [wanted.cost for wanted in index.searches]
    assert similar_cost_range(Budget.HIGH) in asked_costs
    assert similar_cost_range(Budget.LOW) not in asked_costs


async def test_what_the_asker_plans_has_no_part_in_what_is_cached_for_all() -> None:
    mine = [own(f"mine-{number}", Provenance.PLANNED, owner_id=QUESTION.owner_id) for number in range(LOOKED_UP)]
    far = [
        own(f"far-{number}", Provenance.OBSERVED, cost=90_000_000).model_copy(update=OTHER_WORDS)
        for number in range(CASES_PER_BUDGET)
    ]
    filled, _ = await filled_with([*mine, *far])
    found = await find_similar_cases(QUESTION, library=filled)
    other = await find_similar_cases(QUESTION.model_copy(update={"owner_id": "local:lee"}), library=filled)
    assert found.own
    assert found.shared == other.shared
    assert {scored.case.case_id for scored in found.shared} == {case.case_id for case in far}


def far_of(found: Found) -> list[ScoredCase]:
    return [scored for scored in found.shared if scored.case.case_id.startswith("far-")]


COSTS = st.one_of(st.none(), st.integers(50_000, 20_000_000))


@given(costs=st.lists(COSTS, max_size=LOOKED_UP - 1))
async def test_what_one_search_brings_is_what_searches_of_each_band_would(costs: list[int | None]) -> None:
    cases = [own(f"evt-{number:02}", Provenance.OBSERVED, cost=cost) for number, cost in enumerate(costs)]
    filled, _ = await filled_with(cases)
    found = await find_similar_cases(QUESTION, library=filled)
    assert {scored.case.case_id for scored in found.shared} == await found_band_by_band(filled)


async def found_band_by_band(library: Library) -> set[str]:
    """The rule, told the long way: five for each band, of the costs within 50 %, else twice as far, else any."""
    (vector,) = await library.embedder.embed([text_of_question(QUESTION)])
    namespace, ids = namespace_of(IndustryCategory.FOOD, library.embedder.name), set[str]()
    for band in map(similar_cost_range, Budget):
        found: Sequence[ScoredCase] = ()
        for cost in (band, CostBand(band.low // 2, band.high * 2), None):
            found = await library.index.search(namespace, vector, CaseFilter(cost=cost), 20)
            if len(found) >= CASES_PER_BUDGET:
                break
        best = sorted(found, key=lambda scored: (-usefulness(scored, QUESTION), scored.case.case_id))
        ids |= {scored.case.case_id for scored in best[:CASES_PER_BUDGET]}
    return ids
