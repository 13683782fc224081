"""Fills the six slots, each from the best source that has it: Claude, an older set, the catalog."""

from collections.abc import Sequence
from dataclasses import dataclass

from shopevents.domain.briefs import PlanBrief, Writing
from shopevents.domain.calibration import NO_HISTORY, History
from shopevents.domain.plan_finishing import draft_of, finish_plans
from shopevents.domain.plan_rules import accept_drafts, accept_trends
from shopevents.domain.planning.catalog_plans import plan_from_catalog
from shopevents.domain.plans import Plan, PlanDraft, PlanSet, Trends
from shopevents.domain.trends import compose_trends
from shopevents.domain.vocabulary import PlanSource, Slot

type Chosen = dict[Slot, tuple[PlanDraft, PlanSource]]


@dataclass(frozen=True, slots=True)
class Filled:
    """The finished set; the writer's own trends where they were usable (worth caching); and the drafts
    as proposed, before calibration (for the record)."""

    plan_set: PlanSet
    written_trends: Trends | None
    proposals: tuple[PlanDraft, ...]


def fill_slots(brief: PlanBrief, writing: Writing, stale: Sequence[Plan], history: History = NO_HISTORY) -> Filled:
    """Six plans in slot order, their numbers calibrated by `history`. Later sources avoid what earlier ones say."""
    chosen: Chosen = {}
    _choose(chosen, writing.drafts, PlanSource.CLAUDE, brief)
    _choose(chosen, [draft_of(plan) for plan in stale], PlanSource.STALE, brief)
    missing = [slot for slot in Slot if slot not in chosen]
    if missing:
        drafts = plan_from_catalog(
            brief,
            only=missing,
            taken_titles=[draft.title for draft, _ in chosen.values()],
            taken_mechanics=[draft.mechanic for draft, _ in chosen.values()],
        )
        chosen |= {draft.slot: (draft, PlanSource.CATALOG) for draft in drafts}
    composed = compose_trends(brief)
    trends = accept_trends(writing.trends or brief.known_trends, composed)
    written = writing.trends is not None and not {trends.industry, trends.location, trends.season} & {
        composed.industry,
        composed.location,
        composed.season,
    }
    return Filled(
        plan_set=PlanSet(trends=trends, plans=finish_plans(chosen, brief, history)),
        written_trends=trends if written else None,
        proposals=tuple(chosen[slot][0] for slot in Slot),
    )


def _choose(chosen: Chosen, drafts: Sequence[PlanDraft], source: PlanSource, brief: PlanBrief) -> None:
    """Adds the acceptable drafts of a source for slots that are still free, with titles of their own."""
    wanted = [draft for draft in drafts if source is PlanSource.CLAUDE or draft.slot not in chosen]
    titles = [draft.title for draft, _ in chosen.values()]
    for slot, draft in accept_drafts(wanted, brief, taken_titles=titles).accepted.items():
        chosen.setdefault(slot, (draft, source))
