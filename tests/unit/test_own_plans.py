from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.own_plans import with_own_plans
from shopevents.domain.plan_finishing import MAX_BASIS
from shopevents.domain.plans import BasisCase, Plan, PlanSet
from shopevents.domain.vocabulary import IndustryCategory, Mechanic, PlanSource, Provenance, Slot
from tests.adapters.plan_writer import TRENDS, draft


def plan(slot: Slot) -> Plan:
    made = draft(slot)
    cases = tuple(
        BasisCase(
            case_id=f"pub-{number}", title="공개 사례", provenance=Provenance.PUBLISHED, url="https://example.com"
        )
        for number in range(MAX_BASIS)
    )
    return Plan(
        slot=slot,
        title=made.title,
        prize=made.prize,
        participation=made.participation,
        mechanic=made.mechanic,
        expected_participants=made.expected_participants,
        cost=made.cost,
        roi=made.roi,
        source=PlanSource.CATALOG,
        basis=cases,
    )


SET = PlanSet(trends=TRENDS, plans=tuple(plan(slot) for slot in Slot))


def own(mechanic: Mechanic, score: float = 0.8) -> ScoredCase:
    case = Case(
        case_id="evt-1",
        title="지난달에 골라 둔 도장 이벤트",
        participation="도장을 모읍니다.",
        mechanic=mechanic,
        industry=IndustryCategory.FOOD,
        provenance=Provenance.PLANNED,
        owner_id="local:kim",
    )
    return ScoredCase(case=case, score=score)


def test_an_own_planned_event_stands_first_beside_the_plan_that_works_the_same_way() -> None:
    shown = with_own_plans(SET, [own(Mechanic.STAMP_CARD)])
    by_slot = {plan.slot: plan for plan in shown.plans}
    assert by_slot[Slot.LOW_OFFLINE].basis[0].case_id == "evt-1"
    assert len(by_slot[Slot.LOW_OFFLINE].basis) == MAX_BASIS
    others = [plan for plan in shown.plans if plan.slot is not Slot.LOW_OFFLINE]
    assert all(case.provenance is Provenance.PUBLISHED for plan in others for case in plan.basis)


def test_without_own_events_or_with_unlike_ones_the_set_is_untouched() -> None:
    assert with_own_plans(SET, []) is SET
    assert with_own_plans(SET, [own(Mechanic.STAMP_CARD, score=0.1)]) is SET
