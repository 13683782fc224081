"""Casting: one playbook for each slot, no mechanic twice, the best fit for purpose, trade and past cases."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from math import log
from random import Random

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.economics import expected_return
from shopevents.domain.planning.grounding import Ground, mechanic_support
from shopevents.domain.planning.offers import make_offer
from shopevents.domain.planning.playbooks import Playbook, fitting_playbooks, playbooks
from shopevents.domain.trade_profiles import TradeProfile, profile_of
from shopevents.domain.vocabulary import Mechanic, Slot

# What similar cases add to a playbook's fit (3 or 1), and how much briefs may differ by chance alone.
_CASE_WEIGHT = 1.5
_VARIETY = 2.5
# What the expected return adds: a plan that only costs money is rather not proposed.
_PROMISE_WEIGHT, _PROMISE_LIMIT = 1.5, 2.0


def seed_of(brief: PlanBrief) -> str:
    """What makes two answers differ: everything that the brief depends on, and what was shown before."""
    trade, region = brief.trade, brief.region
    parts = (
        trade.word,
        trade.code,
        region.city,
        region.district,
        brief.month,
        brief.purpose,
        *sorted(brief.avoid_titles),
    )
    return "|".join(str(part) for part in parts)


def cast_playbooks(
    brief: PlanBrief,
    profile: TradeProfile,
    slots: Collection[Slot],
    grounds: Sequence[Ground],
    taken: Collection[Mechanic] = (),
) -> dict[Slot, Playbook]:
    """A playbook for each of `slots`. Mechanics in `taken` are avoided; they return only where nothing else is left."""
    ranked = {slot: _ranked(slot, brief, profile, grounds) for slot in Slot if slot in slots}
    tightest = sorted(ranked, key=lambda slot: len({playbook.mechanic for playbook in ranked[slot]}))
    found = _assign(tightest, ranked, frozenset(taken)) or _assign(
        tightest, _widened(ranked, profile), frozenset(taken)
    )
    return found or {slot: ranked[slot][0] for slot in ranked}


def _ranked(slot: Slot, brief: PlanBrief, profile: TradeProfile, grounds: Sequence[Ground]) -> tuple[Playbook, ...]:
    support = mechanic_support(grounds, slot)
    seed = seed_of(brief)

    def rank(playbook: Playbook) -> float:
        fit = playbook.serves(brief.purpose) + _promise(playbook, brief, slot)
        return fit + _CASE_WEIGHT * support.get(playbook.mechanic, 0.0) + _VARIETY * luck(seed, slot, playbook.id)

    return tuple(sorted(fitting_playbooks(slot, brief.purpose, profile), key=rank, reverse=True))


def _promise(playbook: Playbook, brief: PlanBrief, slot: Slot) -> float:
    """What a typical offer of the playbook is expected to return, as a bounded logarithm: 0 breaks even."""
    profile = profile_of(brief.trade)
    offer = make_offer(playbook, brief.trade, slot, Random(0), frozenset())
    returns = expected_return(profile, playbook.mechanic, slot.budget, offer.participants, offer.cost)
    return _PROMISE_WEIGHT * max(-_PROMISE_LIMIT, min(_PROMISE_LIMIT, log(returns.median)))


def luck(*parts: str) -> float:
    """A number from 0 to 1 that depends on the parts alone, the same on every machine."""
    digest = blake2b("|".join(parts).encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 0xFFFFFFFF


def _assign(
    slots: Sequence[Slot], ranked: Mapping[Slot, Sequence[Playbook]], taken: frozenset[Mechanic]
) -> dict[Slot, Playbook] | None:
    """The first complete assignment in order of rank, slot by slot, or null where there is none."""
    if not slots:
        return {}
    for playbook in ranked[slots[0]]:
        if playbook.mechanic not in taken:
            rest = _assign(slots[1:], ranked, taken | {playbook.mechanic})
            if rest is not None:
                return {slots[0]: playbook, **rest}
    return None


def _widened(ranked: Mapping[Slot, Sequence[Playbook]], profile: TradeProfile) -> dict[Slot, tuple[Playbook, ...]]:
    """Also playbooks that don't serve the purpose but suit the trade: distinct mechanics matter more."""
    return {
        slot: (
            *chosen,
            *(other for other in playbooks() if slot in other.slots and other.suits(profile) and other not in chosen),
        )
        for slot, chosen in ranked.items()
    }
