"""What a plan gives and what it costs: reward × count + the rest of the budget, always inside the band."""

from dataclasses import dataclass
from random import Random

from shopevents.domain.budgets import PLAN_COST_BANDS
from shopevents.domain.economics import expected_reach, plausible_participants
from shopevents.domain.planning.playbooks import Playbook
from shopevents.domain.shops import Trade
from shopevents.domain.trade_profiles import Reward, TradeProfile, profile_of
from shopevents.domain.vocabulary import Budget, Mechanic, Slot

# Costs are round: 10,000 원 for small budgets, more for big ones.
_COST_STEPS = {Budget.LOW: 10_000, Budget.MEDIUM: 50_000, Budget.HIGH: 100_000}
_TEN_THOUSAND = 10_000

# Which reward a tiered playbook gives in each budget.
_TIERS = {
    "tiered": {Budget.LOW: "small", Budget.MEDIUM: "medium", Budget.HIGH: "large"},
    "tiered_low": {Budget.LOW: "small", Budget.MEDIUM: "small", Budget.HIGH: "medium"},
    "tiered_mid": {Budget.LOW: "small", Budget.MEDIUM: "medium", Budget.HIGH: "medium"},
}
_ORDER = ("small", "medium", "large")

# A reward for everybody is worth at most this share of a visit's payment …
_MODEST_SHARE = 0.6
# … or of what a regular brings in half a year, where it thanks for loyalty.
_LOYALTY_SHARE = 0.5
_LOYALTY = frozenset({Mechanic.VIP_INVITATION, Mechanic.STAMP_CARD, Mechanic.REFERRAL})

# Monthly visitors' multiple that rewards can reach while a plan of that budget runs; neighbours come on top.
_CROWD = {Budget.LOW: 0.35, Budget.MEDIUM: 1.0, Budget.HIGH: 2.0}
_NEIGHBOURS = {Budget.LOW: 60, Budget.MEDIUM: 220, Budget.HIGH: 600}
# A bigger reward is only worth it while it still reaches this share of those who could come.
_REACHED_SHARE = 0.5
# The least count worth announcing.
_LEAST_COUNT = {"명": 8, "팀": 4}
# Of the rewards that are ready so many find a taker.
_TAKE_UP = 0.85
# Rewards for everybody draw somewhat more people than a plan of unknown design.
_TAKERS_OF_REACH = 1.3
# Of those who take part in a draw at most this share wins.
_WINNERS_SHARE = 0.4
# Running a visit for a guest reviewer beside the goods: 30,000 원 (blog panel fees of 20,000-50,000 원, 2022).
_PANEL_FEE = 30_000

# Discounts (%) that a margin carries, the best first that fits.
_DISCOUNTS = ((0.5, (20, 25)), (0.35, (15, 20)), (0.2, (10,)), (0.0, (5,)))


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward for `count` people (or teams) and what the rest of `cost` (원) pays. `pct` is a discount in %."""

    reward: Reward
    count: int
    cost: int
    participants: int
    pct: int = 0

    @property
    def reward_total(self) -> int:
        """What the rewards cost together, in whole 10,000 원."""
        return max(1, round(self.reward.cost * self.count / _TEN_THOUSAND)) * _TEN_THOUSAND


def make_offer(playbook: Playbook, trade: Trade, slot: Slot, chance: Random, used: frozenset[str]) -> Offer:
    """An offer whose cost lies in the slot's band; rewards named in `used` are avoided where others fit."""
    profile = profile_of(trade)
    cost = _draw_cost(slot.budget, chance)
    pct = _draw_discount(profile, chance) if playbook.reward == "percent" else 0
    crowd = _reach(playbook, trade, slot, cost)
    limit = min(_limit(playbook, profile, slot, crowd), playbook.most)
    purse = int(cost * playbook.share)
    reward = _choose_reward(playbook, profile, slot, pct, purse / limit, chance, used)
    count = _count(playbook, purse // max(1, reward.cost), limit)
    people = crowd if playbook.drawn else round(count * _TAKE_UP)
    bounds = plausible_participants(trade, slot)
    return Offer(reward, count, cost, max(bounds[0], min(bounds[1], people)), pct)


def _limit(playbook: Playbook, profile: TradeProfile, slot: Slot, crowd: int) -> int:
    """How many rewards can find a taker: a share of those who enter a draw, else of customers and neighbours."""
    if playbook.drawn:
        return max(1, int(crowd * _WINNERS_SHARE))
    neighbours = _NEIGHBOURS[slot.budget] if playbook.who == "neighbours" else 0
    customers = int(profile.visitors * _CROWD[slot.budget] * playbook.crowd)
    return max(1, min(customers + neighbours, round(crowd * _TAKERS_OF_REACH)))


def _count(playbook: Playbook, wanted: int, limit: int) -> int:
    least = 1 if playbook.drawn else _LEAST_COUNT[playbook.unit]
    return round_count(max(min(least, wanted), min(wanted, limit), 1))


def _draw_cost(budget: Budget, chance: Random) -> int:
    band, step = PLAN_COST_BANDS[budget], _COST_STEPS[budget]
    return chance.randrange(band.low, band.high + 1, step)


def _draw_discount(profile: TradeProfile, chance: Random) -> int:
    choices = next(percents for margin, percents in _DISCOUNTS if profile.margin >= margin)
    return chance.choice(choices)


def _reach(playbook: Playbook, trade: Trade, slot: Slot, cost: int) -> int:
    people = expected_reach(profile_of(trade), slot, cost, playbook.share)
    least, most = plausible_participants(trade, slot)
    return round_count(max(least, min(most, int(people))))


def _choose_reward(
    playbook: Playbook,
    profile: TradeProfile,
    slot: Slot,
    pct: int,
    purse_each: float,
    chance: Random,
    used: frozenset[str],
) -> Reward:
    """The playbook's own reward, or one of the trade's; `purse_each` is 원 for each who could be reached."""
    if playbook.own:
        return playbook.own
    if playbook.reward == "percent":
        value = profile.ticket * pct // 100
        return Reward("할인", value, value)
    if playbook.reward == "invite":
        return Reward("무료 체험", profile.ticket, round(profile.ticket * (1 - profile.margin)) + _PANEL_FEE)
    options = _affordable(playbook, profile, slot, purse_each)
    return chance.choice([reward for reward in options if reward.name not in used] or options)


def _affordable(playbook: Playbook, profile: TradeProfile, slot: Slot, purse_each: float) -> list[Reward]:
    """Rewards of the wanted tier, or of another one, in proportion to a visit and to those to be reached: smaller
    ones where many can come, bigger ones where so few can that the money would be left over."""
    wanted = _ORDER.index(_TIERS[playbook.reward][slot.budget] if playbook.reward in _TIERS else playbook.reward)
    tiers = [*reversed(_ORDER[: wanted + 1])]
    if not playbook.drawn:
        tiers = [tier for tier in reversed(_ORDER[wanted + 1 :]) if _leaves_money(profile, tier, purse_each)] + tiers
    value_limit = _value_limit(playbook, profile)
    cost_limit = float("inf") if playbook.drawn else purse_each / _REACHED_SHARE
    for tier in tiers:
        fitting = [
            reward for reward in _tier(profile, tier) if reward.value <= value_limit and reward.cost <= cost_limit
        ]
        if fitting:
            return fitting
    return [min(profile.small, key=lambda reward: reward.cost)]


def _tier(profile: TradeProfile, tier: str) -> tuple[Reward, ...]:
    rewards: tuple[Reward, ...] = getattr(profile, tier)
    return rewards


def _leaves_money(profile: TradeProfile, tier: str, purse_each: float) -> bool:
    """Whether even this tier's rewards can be given to all who could come."""
    return all(reward.cost <= purse_each for reward in _tier(profile, tier))


def _value_limit(playbook: Playbook, profile: TradeProfile) -> float:
    if playbook.drawn:
        return float("inf")
    if playbook.mechanic in _LOYALTY:
        return profile.ticket * profile.returns * _LOYALTY_SHARE
    return profile.ticket * _MODEST_SHARE


_ROUND_STEPS = ((10, 1), (40, 5), (200, 10), (1000, 50))


def round_count(count: int) -> int:
    """A count that reads like one somebody planned: 7, 15, 40, 120, 350, 1200."""
    for limit, step in _ROUND_STEPS:
        if count < limit:
            return max(1, count // step * step)
    return count // 100 * 100
