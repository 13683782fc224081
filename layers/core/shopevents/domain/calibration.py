"""Claude proposes; history decides: a proposal, the assumptions and observed events become one prediction.

Observed events are compared with what the assumptions would have said of them, as logarithms, so that a small
café and a big restaurant can teach each other. The mean residual of each cell (all → industry → budget → type
→ mechanic) is shrunk towards the level above it, the less the more events the cell holds.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict

from shopevents.domain.economics import (
    Estimate,
    assumption,
    expected_participants,
    expected_return,
    plausible_participants,
    return_ratio,
    roi_of_ratio,
    spread_of,
)
from shopevents.domain.plans import PlanDraft
from shopevents.domain.shops import Trade
from shopevents.domain.trade_profiles import profile_of
from shopevents.domain.vocabulary import Budget, EventType, IndustryCategory, Mechanic, NumbersBasis, Slot

# Beyond this a single report says more about a typing error than about the event (e^2.3 ≈ 10 times).
_RESIDUAL_LIMIT = 2.3

_FIRST_COME = re.compile(r"(?:선착순|먼저 (?:쓰는|찾는|예약한|이용한|채운)) ([\d,]+)(?:명|팀)")


class ObservedResult(BaseModel):
    """What really happened at one of our own events. `cost` in 원, `roi` in %."""

    model_config = ConfigDict(frozen=True)

    trade: Trade
    budget: Budget
    event_type: EventType
    mechanic: Mechanic
    participants: int
    cost: int
    roi: float


class Residual(BaseModel):
    """How observed events of a cell differ from the assumptions: mean logarithms and their count."""

    model_config = ConfigDict(frozen=True)

    events: float = 0.0
    participants: float = 0.0
    returns: float = 0.0


class History(BaseModel):
    """Sums of observed residuals by cell; small, and made once from all results (by a nightly job, say)."""

    model_config = ConfigDict(frozen=True)

    cells: Mapping[str, Residual] = {}

    @classmethod
    def of(cls, results: Iterable[ObservedResult]) -> Self:
        """Learns from results; the order doesn't matter."""
        sums: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for result in results:
            residual = _residual(result)
            for cell in _cells(result.trade.category, result.budget, result.event_type, result.mechanic):
                sums[cell].append(residual)
        return cls(cells={cell: _mean(rows) for cell, rows in sums.items()})

    def learned(self, industry: IndustryCategory, slot: Slot, mechanic: Mechanic) -> Residual:
        """The shrunken residual of a plan's cell; `events` counts those of its budget and type or closer."""
        strength = assumption("shrinkage")["strength"]
        participants = returns = events = 0.0
        for depth, cell in enumerate(_cells(industry, slot.budget, slot.event_type, mechanic)):
            found = self.cells.get(cell, Residual())
            weight = found.events / (found.events + strength)
            participants += weight * (found.participants - participants)
            returns += weight * (found.returns - returns)
            events = found.events if depth == _OWN_CELL_DEPTH else events
        return Residual(events=events, participants=participants, returns=returns)


NO_HISTORY = History()

# Which of `_cells` decides whether numbers count as observed: industry × budget × type.
_OWN_CELL_DEPTH = 3


def _cells(industry: IndustryCategory, budget: Budget, event_type: EventType, mechanic: Mechanic) -> tuple[str, ...]:
    """Names of the cells that an event belongs to, widest first."""
    parts = (industry.value, budget.value, event_type.value, mechanic.value)
    return ("*", *("|".join(parts[:depth]) for depth in range(1, len(parts) + 1)))


def _residual(result: ObservedResult) -> tuple[float, float]:
    """Log of observed over assumed: participants, and return given those participants."""
    profile = profile_of(result.trade)
    slot = Slot(f"{result.budget}-{result.event_type}")
    people = max(1, result.participants)
    assumed = expected_return(profile, result.mechanic, result.budget, people, max(1, result.cost))
    return (
        _limited(math.log(people / expected_participants(profile, slot, result.cost).median)),
        _limited(math.log(return_ratio(result.roi) / assumed.median)),
    )


def _limited(residual: float) -> float:
    return max(-_RESIDUAL_LIMIT, min(_RESIDUAL_LIMIT, residual))


def _mean(rows: list[tuple[float, float]]) -> Residual:
    count = len(rows)
    return Residual(
        events=count,
        participants=math.fsum(row[0] for row in rows) / count,
        returns=math.fsum(row[1] for row in rows) / count,
    )


class Prediction(BaseModel):
    """A plan's calibrated numbers: points, 80 % ranges, the chance to lose money, and what they rest on."""

    model_config = ConfigDict(frozen=True)

    participants: int
    participants_range: tuple[int, int]
    roi: int
    roi_spread: float
    numbers: NumbersBasis


def calibrate(draft: PlanDraft, trade: Trade, *, designed: bool, history: History = NO_HISTORY) -> Prediction:
    """Combines the draft's proposal, the assumptions and history.

    `designed` says that the draft's participants follow from its own design (the catalog writer counts its
    rewards), so that they are kept until history speaks; otherwise they are met half-way by the assumptions.
    """
    learned = history.learned(trade.category, draft.slot, draft.mechanic)
    people = _participants(draft, trade, designed=designed, learned=learned)
    least, most = plausible_participants(trade, draft.slot)
    most = max(least, min(most, first_come_limit(draft.participation) or most))
    point = max(least, min(most, round(people.median)))
    returns = _returns(draft, trade, point, designed=designed, learned=learned)
    low, high = Estimate(point, people.spread).range
    return Prediction(
        participants=point,
        participants_range=(max(1, math.floor(low)), max(point, min(most, math.ceil(high)))),
        roi=roi_of_ratio(returns.median),
        roi_spread=returns.spread,
        numbers=_basis(learned),
    )


def first_come_limit(participation: str) -> int | None:
    """How many the steps let in at most ("선착순 130명"), or null where they don't say."""
    found = _FIRST_COME.search(participation)
    return int(found[1].replace(",", "")) if found else None


def _basis(learned: Residual) -> NumbersBasis:
    enough = learned.events >= assumption("shrinkage")["observed_from"]
    return NumbersBasis.OBSERVED if enough else NumbersBasis.ASSUMED


def _participants(draft: PlanDraft, trade: Trade, *, designed: bool, learned: Residual) -> Estimate:
    assumed = expected_participants(profile_of(trade), draft.slot, draft.cost)
    weight = 1.0 if designed else assumption("shrinkage")["participants_weight"] * _trust(learned)
    proposed = math.log(max(1, draft.expected_participants))
    believed = math.log(assumed.median) + learned.participants
    middle = weight * proposed + (1 - weight) * believed
    if designed:
        middle += (1 - _trust(learned)) * learned.participants
    return Estimate(math.exp(middle), spread_of("participants", trust=_trust(learned)))


def _returns(draft: PlanDraft, trade: Trade, people: int, *, designed: bool, learned: Residual) -> Estimate:
    assumed = expected_return(profile_of(trade), draft.mechanic, draft.slot.budget, people, draft.cost)
    weight = 0.0 if designed else assumption("shrinkage")["proposal_weight"] * _trust(learned)
    proposed = math.log(return_ratio(draft.roi))
    believed = math.log(assumed.median) + learned.returns
    ratio = math.exp(weight * proposed + (1 - weight) * believed)
    return Estimate(ratio, spread_of("participants", "value", trust=_trust(learned)))


def _trust(learned: Residual) -> float:
    """What is left of the proposal's weight: history takes it over as it grows."""
    strength: float = assumption("shrinkage")["strength"]
    return strength / (strength + learned.events)
