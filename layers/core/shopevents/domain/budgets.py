"""Money limits of the six slots and of cases, in 원. A business person changes them here."""

from dataclasses import dataclass

from shopevents.domain.vocabulary import Budget


@dataclass(frozen=True, slots=True)
class CostBand:
    """An inclusive range of a plan's total cost in 원."""

    low: int
    high: int

    def holds(self, cost: int) -> bool:
        """Whether `cost` (원) is inside the band."""
        return self.low <= cost <= self.high

    def clamp(self, cost: int) -> int:
        """The nearest cost (원) inside the band."""
        return max(self.low, min(self.high, cost))


PLAN_COST_BANDS: dict[Budget, CostBand] = {
    Budget.LOW: CostBand(250_000, 300_000),
    Budget.MEDIUM: CostBand(1_500_000, 1_800_000),
    Budget.HIGH: CostBand(5_000_000, 6_000_000),
}

# A case of the past belongs to the band its cost falls in: low up to 500,000, medium below 2,000,000.
CASE_LOW_COST_UP_TO = 500_000
CASE_HIGH_COST_FROM = 2_000_000

# How far a similar case's cost may lie from the slot's band and still ground it.
SIMILAR_COST_TOLERANCE = 0.5


def budget_of_case(cost: int) -> Budget:
    """The budget band that a past event's cost (원) counts to."""
    if cost <= CASE_LOW_COST_UP_TO:
        return Budget.LOW
    return Budget.HIGH if cost >= CASE_HIGH_COST_FROM else Budget.MEDIUM


def similar_cost_range(budget: Budget) -> CostBand:
    """Costs (원) of cases that may ground a plan of this budget: the band widened by 50 %."""
    band = PLAN_COST_BANDS[budget]
    return CostBand(round(band.low * (1 - SIMILAR_COST_TOLERANCE)), round(band.high * (1 + SIMILAR_COST_TOLERANCE)))
