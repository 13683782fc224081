"""What only the asker may see of a plan set: their own planned events beside the plans that resemble them."""

from collections.abc import Sequence

from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.plan_finishing import MAX_BASIS
from shopevents.domain.plans import BasisCase, Plan, PlanSet

# Below this similarity to the question an own event is about something else.
SIMILAR_FROM = 0.3


def with_own_plans(plan_set: PlanSet, own: Sequence[ScoredCase]) -> PlanSet:
    """The set with the owner's planned events first among the cases of plans that work the same way, or that fill
    the same slot. Never to be cached for others."""
    mine = [scored.case for scored in own if scored.score >= SIMILAR_FROM]
    if not mine:
        return plan_set
    plans = tuple(_beside(plan, [case for case in mine if _resembles(case, plan)]) for plan in plan_set.plans)
    return plan_set.model_copy(update={"plans": plans})


def _resembles(case: Case, plan: Plan) -> bool:
    same_slot = (case.budget, case.event_type) == (plan.budget, plan.event_type)
    return case.mechanic is plan.mechanic or same_slot


def _beside(plan: Plan, cases: Sequence[Case]) -> Plan:
    own = [BasisCase(case_id=case.case_id, title=case.title, provenance=case.provenance) for case in cases]
    return plan.model_copy(update={"basis": (*own, *plan.basis)[:MAX_BASIS]}) if own else plan
