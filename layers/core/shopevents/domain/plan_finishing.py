"""From chosen drafts to finished plans: calibrated and ordered numbers, ranges, notices and the cases behind them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.calibration import NO_HISTORY, History, Prediction, calibrate
from shopevents.domain.cases import Case
from shopevents.domain.economics import Estimate, plausible_roi, return_ratio
from shopevents.domain.notices import notices_for
from shopevents.domain.packaged_cases import packaged_case
from shopevents.domain.plans import BasisCase, Plan, PlanDraft
from shopevents.domain.vocabulary import Budget, PlanSource, Provenance, Slot

MAX_BASIS = 3


def finish_plans(
    chosen: Mapping[Slot, tuple[PlanDraft, PlanSource]],
    brief: PlanBrief,
    history: History = NO_HISTORY,
    owner_id: str | None = None,
) -> tuple[Plan, ...]:
    """Plans in slot order. Without `owner_id` no planned case is shown, so that the result may be cached
    for other shops. Drafts come from `accept_drafts`; a stale plan comes back through `draft_of`."""
    slots = [slot for slot in Slot if slot in chosen]
    predictions = [_prediction(*chosen[slot], brief, history) for slot in slots]
    returns = order_returns(
        [(slot.budget, prediction.roi) for slot, prediction in zip(slots, predictions, strict=True)]
    )
    return tuple(
        _plan(*chosen[slot], brief, prediction, roi, owner_id)
        for slot, prediction, roi in zip(slots, predictions, returns, strict=True)
    )


def draft_of(plan: Plan) -> PlanDraft:
    """The draft of a finished plan, to fill a slot of another set with it."""
    return PlanDraft(
        slot=plan.slot,
        title=plan.title,
        prize=plan.prize,
        participation=plan.participation,
        mechanic=plan.mechanic,
        expected_participants=plan.expected_participants,
        cost=plan.cost,
        roi=plan.roi,
        basis=tuple(case.case_id for case in plan.basis),
    )


def _prediction(draft: PlanDraft, source: PlanSource, brief: PlanBrief, history: History) -> Prediction:
    """Only Claude's numbers are proposals; a stale plan's and the catalog's were computed here before."""
    return calibrate(draft, brief.trade, designed=source is not PlanSource.CLAUDE, history=history)


def order_returns(returns: Sequence[tuple[Budget, int]]) -> list[int]:
    """ROIs (%) with every low ≥ every medium ≥ every high, changed as little as possible in sum.

    Two thresholds part the three budgets; the best ones are among the values themselves (least absolute
    change). A valid sequence comes back unchanged.
    """
    candidates = sorted({roi for _, roi in returns}, reverse=True)
    pairs = [(upper, lower) for upper, lower in product(candidates, repeat=2) if upper >= lower]
    return min((_bounded(returns, *pair) for pair in pairs), key=lambda rois: _change(returns, rois), default=[])


def _bounded(returns: Sequence[tuple[Budget, int]], upper: int, lower: int) -> list[int]:
    limits = {Budget.LOW: (upper, math.inf), Budget.MEDIUM: (lower, upper), Budget.HIGH: (-math.inf, lower)}
    return [int(max(limits[budget][0], min(limits[budget][1], roi))) for budget, roi in returns]


def _change(returns: Sequence[tuple[Budget, int]], rois: Iterable[int]) -> int:
    return sum(abs(roi - new) for (_, roi), new in zip(returns, rois, strict=True))


def _plan(
    draft: PlanDraft, source: PlanSource, brief: PlanBrief, prediction: Prediction, roi: int, owner_id: str | None
) -> Plan:
    estimate = Estimate(return_ratio(roi), prediction.roi_spread)
    return Plan(
        slot=draft.slot,
        title=draft.title,
        prize=draft.prize,
        participation=draft.participation,
        mechanic=draft.mechanic,
        expected_participants=prediction.participants,
        cost=draft.cost,
        roi=roi,
        source=source,
        numbers=prediction.numbers,
        participants_range=prediction.participants_range,
        roi_range=_roi_range(roi, estimate),
        loss_chance=_loss_chance(estimate),
        notices=notices_for(draft, brief.trade),
        basis=_basis(draft, brief, owner_id),
    )


def _loss_chance(estimate: Estimate) -> float:
    """The chance to earn less than the cost, in whole percent; never said to be certain either way."""
    return max(0.01, min(0.99, round(estimate.chance_below(1.0), 2)))


def _roi_range(roi: int, estimate: Estimate) -> tuple[int, int]:
    low, high = (plausible_roi(round((ratio - 1) * 100)) for ratio in estimate.range)
    return min(low, roi), max(high, roi)


def _basis(draft: PlanDraft, brief: PlanBrief, owner_id: str | None) -> tuple[BasisCase, ...]:
    """The named cases that this shop may see: a planned one only its own, others' observed ones disguised."""
    given = {scored.case.case_id: scored.case for scored in brief.cases}
    cases = [given.get(case_id) or packaged_case(case_id) for case_id in dict.fromkeys(draft.basis)]
    visible = [case for case in cases if case and _may_see(case, owner_id)]
    return tuple(_shown(case, owner_id) for case in visible[:MAX_BASIS])


def _may_see(case: Case, owner_id: str | None) -> bool:
    return case.provenance is not Provenance.PLANNED or (owner_id is not None and case.owner_id == owner_id)


def _shown(case: Case, owner_id: str | None) -> BasisCase:
    """Others' observed events show trade, region and title, never the shop or its numbers."""
    title = case.title
    if case.provenance is Provenance.OBSERVED and (owner_id is None or case.owner_id != owner_id):
        place = " ".join(part for part in (case.district or case.city, case.business_type or case.industry) if part)
        title = f"{place} · {case.title}"
    return BasisCase(case_id=case.case_id, title=title, provenance=case.provenance, url=case.url)
