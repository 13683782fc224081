"""What an event may bring: participants, return and its spread, computed from stated assumptions.

ROI in % = (added revenue × contribution margin − cost) ÷ cost × 100 (design, section 8). The assumptions and
their sources stand in catalog/assumptions.toml.
"""

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Any

from shopevents.catalog.files import read_toml
from shopevents.domain.shops import Trade
from shopevents.domain.trade_profiles import TradeProfile, profile_of
from shopevents.domain.vocabulary import Budget, EventType, Mechanic, Slot

# An 80 % range leaves 10 % on either side of the point.
_RANGE_SIGMAS = NormalDist().inv_cdf(0.9)
# An event that earns nothing at all counts as this share of its cost, so that its return has a logarithm.
_LEAST_RATIO = 0.05


def assumption(section: str) -> dict[str, Any]:
    """One section of the stated assumptions. Raises KeyError for an unknown one."""
    found: dict[str, Any] = read_toml("assumptions.toml")[section]
    return found


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median and the spread of its logarithm."""

    median: float
    spread: float

    @property
    def range(self) -> tuple[float, float]:
        """The 80 % range."""
        factor = math.exp(_RANGE_SIGMAS * self.spread)
        return self.median / factor, self.median * factor

    def chance_below(self, limit: float) -> float:
        """The chance (0 to 1) that the value is under `limit` (> 0)."""
        if self.spread == 0:
            return float(self.median < limit)
        return NormalDist().cdf(math.log(limit / self.median) / self.spread)


def roi_percent(added_revenue: float, margin: float, cost: float) -> float:
    """ROI in % of `cost` (원 > 0): what is left of the added revenue's margin after the cost."""
    return (added_revenue * margin - cost) / cost * 100


def return_ratio(roi: float) -> float:
    """How many times its cost an event earns: 1.0 at 0 %. At least 0.05, so that it has a logarithm."""
    return max(_LEAST_RATIO, 1 + roi / 100)


def roi_of_ratio(ratio: float) -> int:
    """The ROI in whole % of a return ratio, inside the plausible range."""
    return plausible_roi(round((ratio - 1) * 100))


def plausible_roi(roi: int) -> int:
    """`roi` (%) inside what a small shop's event can plausibly return."""
    bounds = assumption("roi")
    least, most = int(bounds["least"]), int(bounds["most"])
    return max(least, min(most, roi))


def plausible_participants(trade: Trade, slot: Slot) -> tuple[int, int]:
    """The least and most people that a plan in this slot can draw to a shop of this trade."""
    return _participant_bounds(profile_of(trade).visitors, slot.budget, slot.event_type)


@cache
def _participant_bounds(visitors: int, budget: Budget, event_type: EventType) -> tuple[int, int]:
    bounds = assumption("bounds")
    outside = bounds[f"outside_{event_type}"][budget]
    most = min(bounds["most"], round(visitors * bounds["visitors"][budget] + outside))
    return bounds["least"][budget], most


def expected_reach(profile: TradeProfile, slot: Slot, cost: int, reward_share: float | None = None) -> float:
    """People who take part in a plan of unknown design that costs `cost` 원."""
    reach = assumption("reach")
    share = reach["reward_share"] if reward_share is None else reward_share
    regulars = profile.visitors * reach["months"][slot.budget] * reach["join"][slot.event_type]
    return float(regulars + cost * (1 - share) / reach[f"cost_per_entry_{slot.event_type}"][slot.budget])


def value_of_participant(profile: TradeProfile, mechanic: Mechanic, budget: Budget) -> float:
    """Margin (원) within the horizon that one participant adds on average."""
    conversion = assumption("conversion")[mechanic]["share"][1] * _willingness(profile)
    return float(conversion * worth_of_customer(profile) * assumption("saturation")[budget])


def worth_of_customer(profile: TradeProfile) -> float:
    """Margin (원) that a won customer brings within the horizon."""
    return profile.ticket * profile.margin * profile.returns


def _willingness(profile: TradeProfile) -> float:
    """How much of the usual conversion is left where the decision is dear, or nobody is asked to buy."""
    commitment = assumption("commitment")
    dearness = max(1.0, worth_of_customer(profile) / commitment["reference"])
    careful = commitment["careful"] if profile.sector == "careful" else 1.0
    return float(careful * dearness ** -commitment["elasticity"])


def spread_of(*quantities: str, trust: float = 1.0) -> float:
    """The log spread of a product of quantities; `trust` (0 to 1) is what history left of not knowing."""
    parts = [assumption("spread")[quantity] for quantity in quantities]
    return math.sqrt(sum(part["event"] ** 2 + trust * part["unknown"] ** 2 for part in parts))


def expected_return(
    profile: TradeProfile, mechanic: Mechanic, budget: Budget, participants: float, cost: int
) -> Estimate:
    """The return ratio of an event with that many participants for `cost` 원, under the assumptions."""
    ratio = participants * value_of_participant(profile, mechanic, budget) / cost
    return Estimate(max(_LEAST_RATIO, _damped(ratio)), spread_of("participants", "value"))


def _damped(ratio: float) -> float:
    """`ratio`, above a limit only by a power of it: hopeful assumptions multiplied are too hopeful."""
    bounds = assumption("roi")
    limit: float = bounds["damped_from"]
    return ratio if ratio <= limit else float(limit * (ratio / limit) ** bounds["damping"])


def expected_participants(profile: TradeProfile, slot: Slot, cost: int) -> Estimate:
    """How many people a plan of unknown design draws, under the assumptions."""
    return Estimate(max(1.0, expected_reach(profile, slot, cost)), spread_of("participants"))
