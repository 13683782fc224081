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


@dataclass(frozen=True, slots=True)
class _Finished:
    """Six plans, and the drafts that they were made of."""

    plans: tuple[Plan, ...]
    proposals: tuple[PlanDraft, ...]


def fill_slots(brief: PlanBrief, writing: Writing, stale: Sequence[Plan], history: History = NO_HISTORY) -> Filled:
    """Six plans in slot order, their numbers calibrated by `history`. Later sources avoid what earlier ones say."""
    return SlotFilling(brief, stale, history).filled(writing)


class SlotFilling:
    """Fills the slots of one brief. What doesn't depend on the rest of the writing is done while that is on its way,
    so that an owner does not wait for it afterwards."""

    def __init__(self, brief: PlanBrief, stale: Sequence[Plan] = (), history: History = NO_HISTORY) -> None:
        self._brief = brief
        self._stale = stale
        self._history = history
        self._ahead: tuple[tuple[PlanDraft, ...], _Finished] | None = None
        self._composed_trends: Trends | None = None

    def look_ahead(self, writing: Writing) -> None:
        """Finishes the plans of a writing that has one for every slot and still goes on (with trends, with its end)."""
        if {draft.slot for draft in writing.drafts} == set(Slot):
            self._finished(writing.drafts)
            self._trends_of_our_own()

    def filled(self, writing: Writing) -> Filled:
        """The set from all that was written. It is the same with or without a look ahead."""
        finished, composed = self._finished(writing.drafts), self._trends_of_our_own()
        trends = accept_trends(writing.trends or self._brief.known_trends, composed)
        written = writing.trends is not None and not {trends.industry, trends.location, trends.season} & {
            composed.industry,
            composed.location,
            composed.season,
        }
        return Filled(
            plan_set=PlanSet(trends=trends, plans=finished.plans),
            written_trends=trends if written else None,
            proposals=finished.proposals,
        )

    def _finished(self, drafts: tuple[PlanDraft, ...]) -> _Finished:
        if self._ahead is None or self._ahead[0] != drafts:
            self._ahead = drafts, _finish(drafts, self._brief, self._stale, self._history)
        return self._ahead[1]

    def _trends_of_our_own(self) -> Trends:
        if self._composed_trends is None:
            self._composed_trends = compose_trends(self._brief)
        return self._composed_trends


def _finish(drafts: Sequence[PlanDraft], brief: PlanBrief, stale: Sequence[Plan], history: History) -> _Finished:
    chosen: Chosen = {}
    _choose(chosen, drafts, PlanSource.CLAUDE, brief)
    _choose(chosen, [draft_of(plan) for plan in stale], PlanSource.STALE, brief)
    missing = [slot for slot in Slot if slot not in chosen]
    if missing:
        from_catalog = plan_from_catalog(
            brief,
            only=missing,
            taken_titles=[draft.title for draft, _ in chosen.values()],
            taken_mechanics=[draft.mechanic for draft, _ in chosen.values()],
        )
        chosen |= {draft.slot: (draft, PlanSource.CATALOG) for draft in from_catalog}
    return _Finished(finish_plans(chosen, brief, history), tuple(chosen[slot][0] for slot in Slot))


def _choose(chosen: Chosen, drafts: Sequence[PlanDraft], source: PlanSource, brief: PlanBrief) -> None:
    """Adds the acceptable drafts of a source for slots that are still free, with titles of their own."""
    wanted = [draft for draft in drafts if source is PlanSource.CLAUDE or draft.slot not in chosen]
    titles = [draft.title for draft, _ in chosen.values()]
    for slot, draft in accept_drafts(wanted, brief, taken_titles=titles).accepted.items():
        chosen.setdefault(slot, (draft, source))
