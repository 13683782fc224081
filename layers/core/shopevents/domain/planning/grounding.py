"""Which cases ground a plan: of the same mechanic and trade, budget, type, season and purpose, published first."""

from collections.abc import Iterable, Sequence

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.vocabulary import Mechanic, Provenance, Slot

MAX_BASIS = 2

_PROVENANCE_WEIGHT = {
    Provenance.PUBLISHED: 1.0,
    Provenance.OBSERVED: 0.9,
    Provenance.PLANNED: 0.3,
    Provenance.ILLUSTRATIVE: 0.2,
}
# What a shared feature weighs when cases are compared with a brief.
_TRADE, _WORD, _PURPOSE, _SEASON, _PLACE, _TYPE, _BUDGET, _MECHANIC = 2.0, 1.5, 1.0, 0.5, 0.5, 0.7, 0.7, 3.0


def scored_cases(brief: PlanBrief, cases: Iterable[Case]) -> tuple[ScoredCase, ...]:
    """Retrieved cases with their similarity, then the others with none; each once, own category only."""
    known = {scored.case.case_id: scored for scored in brief.cases}
    others = (ScoredCase(case=case, score=0.0) for case in cases if case.case_id not in known)
    return tuple(scored for scored in (*known.values(), *others) if scored.case.industry is brief.trade.category)


def case_weight(scored: ScoredCase, brief: PlanBrief, slot: Slot) -> float:
    """How much a case has to do with the brief and slot, whatever its mechanic."""
    case = scored.case
    place = case.district is not None and case.district == brief.region.district
    return (
        scored.score
        + _PROVENANCE_WEIGHT[case.provenance]
        + (_WORD if _same_word(case, brief) else 0.0)
        + (_PURPOSE if brief.purpose in case.purposes else 0.0)
        + (_SEASON if case.season is brief.season else 0.0)
        + (_PLACE if place else 0.0)
        + (_TYPE if case.event_type is slot.event_type else 0.0)
        + (_BUDGET if case.budget is slot.budget else 0.0)
    )


def _same_word(case: Case, brief: PlanBrief) -> bool:
    own = {word for word in (brief.trade.word, brief.trade.name) if word}
    return case.business_type is not None and case.business_type in own


def mechanic_support(cases: Sequence[ScoredCase], brief: PlanBrief, slot: Slot) -> dict[Mechanic, float]:
    """For each mechanic the weight (0 to 1) of the best case that used it."""
    best: dict[Mechanic, float] = {}
    most = _TRADE + _WORD + _PURPOSE + _SEASON + _PLACE + _TYPE + _BUDGET
    for scored in cases:
        weight = min(1.0, case_weight(scored, brief, slot) / most)
        best[scored.case.mechanic] = max(best.get(scored.case.mechanic, 0.0), weight)
    return best


def basis_for(cases: Sequence[ScoredCase], brief: PlanBrief, slot: Slot, mechanic: Mechanic) -> tuple[str, ...]:
    """Ids of the cases that a plan leans on, best first: those of its mechanic, or nothing."""
    own = [scored for scored in cases if scored.case.mechanic is mechanic]
    ranked = sorted(own, key=lambda scored: (-case_weight(scored, brief, slot), scored.case.case_id))
    return tuple(scored.case.case_id for scored in ranked[:MAX_BASIS])
