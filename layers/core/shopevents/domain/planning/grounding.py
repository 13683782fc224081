"""Which cases ground a plan: of the same mechanic and trade, budget, type, season and purpose, published first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.cases import Case
from shopevents.domain.vocabulary import Budget, EventType, Mechanic, Provenance, Slot

MAX_BASIS = 2

_PROVENANCE_WEIGHT = {
    Provenance.PUBLISHED: 1.0,
    Provenance.OBSERVED: 0.9,
    Provenance.PLANNED: 0.3,
    Provenance.ILLUSTRATIVE: 0.2,
}
# What a shared feature weighs when cases are compared with a brief.
_WORD, _PURPOSE, _SEASON, _PLACE, _TYPE, _BUDGET = 1.5, 1.0, 0.5, 0.5, 0.7, 0.7
# As much as a case of the very same kind weighs; the similarity of retrieved ones comes on top.
_MOST = 1.0 + _WORD + _PURPOSE + _SEASON + _PLACE + _TYPE + _BUDGET


@dataclass(frozen=True, slots=True)
class Ground:
    """A case that may ground plans of a brief. `weight` is how much it has to do with it in any slot."""

    case: Case
    weight: float
    budget: Budget | None
    event_type: EventType | None

    def weight_in(self, budget: Budget, event_type: EventType) -> float:
        """Its weight for a plan of that budget and type."""
        fits_type = _TYPE if self.event_type is event_type else 0.0
        return self.weight + fits_type + (_BUDGET if self.budget is budget else 0.0)


def grounds_of(brief: PlanBrief, cases: Iterable[Case]) -> tuple[Ground, ...]:
    """The retrieved cases of the brief's industry, and those of `cases`; each once."""
    category = brief.trade.category
    similarity = {scored.case.case_id: scored.score for scored in brief.cases}
    retrieved = [scored.case for scored in brief.cases]
    others = [case for case in cases if case.industry is category and case.case_id not in similarity]
    return tuple(
        Ground(case, similarity.get(case.case_id, 0.0) + _weight(case, brief), case.budget, case.event_type)
        for case in (*retrieved, *others)
        if case.industry is category
    )


def _weight(case: Case, brief: PlanBrief) -> float:
    own_words = {word for word in (brief.trade.word, brief.trade.name) if word}
    place = case.district is not None and case.district == brief.region.district
    return (
        _PROVENANCE_WEIGHT[case.provenance]
        + (_WORD if case.business_type in own_words else 0.0)
        + (_PURPOSE if brief.purpose in case.purposes else 0.0)
        + (_SEASON if case.season is brief.season else 0.0)
        + (_PLACE if place else 0.0)
    )


def mechanic_support(grounds: Sequence[Ground], slot: Slot) -> dict[Mechanic, float]:
    """For each mechanic the weight (0 to 1) of the best case that used it."""
    budget, event_type = slot.budget, slot.event_type
    best: dict[Mechanic, float] = {}
    for ground in grounds:
        weight = min(1.0, ground.weight_in(budget, event_type) / _MOST)
        if weight > best.get(ground.case.mechanic, 0.0):
            best[ground.case.mechanic] = weight
    return best


def basis_for(grounds: Sequence[Ground], slot: Slot, mechanic: Mechanic) -> tuple[str, ...]:
    """Ids of the cases that a plan leans on, best first: those of its mechanic, or nothing."""
    own = [ground for ground in grounds if ground.case.mechanic is mechanic]
    ranked = sorted(own, key=lambda ground: (-ground.weight_in(slot.budget, slot.event_type), ground.case.case_id))
    return tuple(ground.case.case_id for ground in ranked[:MAX_BASIS])
