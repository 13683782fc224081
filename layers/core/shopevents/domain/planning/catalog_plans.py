"""The catalog writer: six plans for a brief without any model, from playbooks, trade profiles and cases."""

from collections.abc import Collection, Iterable
from random import Random

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.cases import Case
from shopevents.domain.economics import expected_return, roi_of_ratio
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.domain.plan_texts import title_key
from shopevents.domain.planning.casting import cast_playbooks, seed_of
from shopevents.domain.planning.grounding import Ground, basis_for, grounds_of
from shopevents.domain.planning.offers import make_offer
from shopevents.domain.planning.playbooks import Playbook
from shopevents.domain.planning.wording import Taken, Variants, variants_for, words_for, write_plan
from shopevents.domain.plans import PlanDraft
from shopevents.domain.trade_profiles import profile_of
from shopevents.domain.vocabulary import Mechanic, Slot


def plan_from_catalog(
    brief: PlanBrief,
    cases: Iterable[Case] | None = None,
    *,
    only: Collection[Slot] = tuple(Slot),
    taken_titles: Collection[str] = (),
    taken_mechanics: Collection[Mechanic] = (),
) -> tuple[PlanDraft, ...]:
    """Drafts for the slots in `only`, in slot order; the same brief always gets the same drafts.

    `cases` (default: the packaged ones) ground the plans beside `brief.cases`. No two drafts share a mechanic
    or a title, nor use one of `taken_titles`, `taken_mechanics` (of plans that others wrote for the same set)
    or `brief.avoid_titles`. Raises KeyError or ValueError only for wrong catalog data.
    """
    profile = profile_of(brief.trade)
    grounds = grounds_of(brief, packaged_cases() if cases is None else cases)
    cast = cast_playbooks(brief, profile, only, grounds, taken_mechanics)
    taken = Taken({title_key(title) for title in (*taken_titles, *brief.avoid_titles)}, set())
    seed = seed_of(brief)
    variants = variants_for(brief, Random(seed))
    used: set[str] = set()
    drafts = []
    for slot in (slot for slot in Slot if slot in cast):
        draft, reward = _draft(slot, cast[slot], brief, grounds, variants, taken, used, Random(f"{seed}|{slot}"))
        used.add(reward)
        taken.add(draft.title)
        drafts.append(draft)
    return tuple(drafts)


def _draft(
    slot: Slot,
    playbook: Playbook,
    brief: PlanBrief,
    grounds: tuple[Ground, ...],
    variants: Variants,
    taken: Taken,
    used: Collection[str],
    chance: Random,
) -> tuple[PlanDraft, str]:
    """A slot's draft, and the name of its reward."""
    profile = profile_of(brief.trade)
    offer = make_offer(playbook, brief.trade, slot, chance, frozenset(used))
    words = words_for(brief, profile, slot, playbook, offer)
    costs = (offer.reward_total, offer.cost - offer.reward_total)
    text = write_plan(playbook, words, variants, taken, chance, costs)
    returns = expected_return(profile, playbook.mechanic, slot.budget, offer.participants, offer.cost)
    draft = PlanDraft(
        slot=slot,
        title=text.title,
        prize=text.prize,
        participation=text.participation,
        mechanic=playbook.mechanic,
        expected_participants=offer.participants,
        cost=offer.cost,
        roi=roi_of_ratio(returns.median),
        basis=basis_for(grounds, slot, playbook.mechanic),
    )
    return draft, offer.reward.name
