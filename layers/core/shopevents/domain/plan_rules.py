"""Which drafts become plans: what can be repaired is (clamp, trim at a word, re-slot), the rest is rejected.

The issue's rule for repair: six slots once each, lengths, distinct titles, cost band, ROI order, plausible
participants, no leftover prompt text and no foreign language.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shopevents.domain.briefs import PlanBrief
from shopevents.domain.budgets import PLAN_COST_BANDS
from shopevents.domain.economics import plausible_participants, plausible_roi
from shopevents.domain.plan_texts import clean, has_drifted, has_leftovers, title_key, trim_at_sentence, trim_at_word
from shopevents.domain.plans import PARTICIPATION_MAX, PRIZE_MAX, TITLE_MAX, Plan, PlanDraft, Trends
from shopevents.domain.vocabulary import Budget, EventType, Mechanic, Slot

# A trend says something from here on, and is one or two sentences up to there (aim: about 100 characters).
TRENDS_MIN, TRENDS_MAX = 30, 180
PARTICIPATION_MIN = 15
TITLE_MIN = 4
# A cost this many times outside its band was never meant for it.
HOPELESS_COST_FACTOR = 20

# Where a mechanic can only happen: tells the type of a draft whose slot is already taken.
_ONLY_ONLINE = frozenset({Mechanic.FOLLOW, Mechanic.INFLUENCER})
_ONLY_OFFLINE = frozenset({Mechanic.STAMP_CARD, Mechanic.TASTING, Mechanic.CLASS})


@dataclass(frozen=True, slots=True)
class Rejection:
    """A draft that can't be repaired, and why (English codes for the log: "leftovers", "title_repeated")."""

    draft: PlanDraft
    reason: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Repaired drafts by slot, and those to be replaced by the next source."""

    accepted: Mapping[Slot, PlanDraft]
    rejected: tuple[Rejection, ...] = ()


@dataclass(slots=True)
class _Desk:
    """What is already taken while drafts are looked at in order."""

    brief: PlanBrief
    claimed: Collection[Slot]
    titles: set[str]
    slots: dict[Slot, PlanDraft] = field(default_factory=dict)


def accept_drafts(drafts: Sequence[PlanDraft], brief: PlanBrief, taken_titles: Iterable[str] = ()) -> Acceptance:
    """Looks at drafts in the writer's order. An acceptable draft comes back unchanged; the first of two
    that claim a slot keeps it. Titles in `brief.avoid_titles` and `taken_titles` are refused."""
    titles = {title_key(title) for title in (*brief.avoid_titles, *taken_titles)}
    desk = _Desk(brief, {draft.slot for draft in drafts}, titles)
    rejected = []
    for draft in drafts:
        repaired = _repair(draft, desk)
        if isinstance(repaired, str):
            rejected.append(Rejection(draft, repaired))
        else:
            desk.slots[repaired.slot] = repaired
            desk.titles.add(title_key(repaired.title))
    return Acceptance({slot: desk.slots[slot] for slot in Slot if slot in desk.slots}, tuple(rejected))


def _repair(draft: PlanDraft, desk: _Desk) -> PlanDraft | str:
    """The draft as it can be used, or the reason why it can't."""
    title, prize, participation = _repaired_texts(draft)
    if title is None or prize is None or participation is None:
        return "text_missing_or_uncuttable"
    reason = _text_problem(title, prize, participation)
    if reason:
        return reason
    if title_key(title) in desk.titles:
        return "title_repeated"
    slot = _slot_for(draft, desk)
    if slot is None:
        return "slot_taken"
    return _with_numbers(draft, slot, (title, prize, participation), desk.brief)


def _repaired_texts(draft: PlanDraft) -> tuple[str | None, str | None, str | None]:
    return (
        trim_at_word(clean(draft.title), TITLE_MAX),
        trim_at_word(clean(draft.prize), PRIZE_MAX),
        trim_at_sentence(clean(draft.participation), PARTICIPATION_MAX),
    )


def _text_problem(title: str, prize: str, participation: str) -> str | None:
    texts = (title, prize, participation)
    if len(title_key(title)) < TITLE_MIN or not title_key(prize) or len(participation) < PARTICIPATION_MIN:
        return "text_too_short"
    if any(has_leftovers(text) for text in texts):
        return "leftovers"
    if any(has_drifted(text) for text in texts):
        return "foreign_language"
    return None


def _slot_for(draft: PlanDraft, desk: _Desk) -> Slot | None:
    """The draft's slot, or the free one that its cost and mechanic tell, or null."""
    told = Slot(f"{_told_budget(draft)}-{_told_type(draft)}")
    band = PLAN_COST_BANDS[draft.slot.budget]
    if draft.slot in desk.slots:
        return told if told not in desk.claimed and told not in desk.slots else None
    if not band.holds(draft.cost) and told not in desk.claimed:
        return told
    hopeless = not band.low / HOPELESS_COST_FACTOR <= draft.cost <= band.high * HOPELESS_COST_FACTOR
    return None if hopeless else draft.slot


def _told_budget(draft: PlanDraft) -> Budget:
    """The budget whose band holds the cost, else the draft's own."""
    return next((budget for budget, band in PLAN_COST_BANDS.items() if band.holds(draft.cost)), draft.slot.budget)


def _told_type(draft: PlanDraft) -> EventType:
    if draft.mechanic in _ONLY_ONLINE:
        return EventType.ONLINE
    return EventType.OFFLINE if draft.mechanic in _ONLY_OFFLINE else draft.slot.event_type


def _with_numbers(draft: PlanDraft, slot: Slot, texts: tuple[str, str, str], brief: PlanBrief) -> PlanDraft:
    least, most = plausible_participants(brief.trade, slot)
    title, prize, participation = texts
    return draft.model_copy(
        update={
            "slot": slot,
            "title": title,
            "prize": prize,
            "participation": participation,
            "cost": PLAN_COST_BANDS[slot.budget].clamp(draft.cost),
            "expected_participants": max(least, min(most, draft.expected_participants)),
            "roi": plausible_roi(draft.roi),
        }
    )


def accept_trends(trends: Trends | None, fallback: Trends) -> Trends:
    """`trends` cleaned and cut, each sentence that can't be used replaced by the fallback's."""
    if trends is None:
        return fallback
    return Trends(
        industry=_trend(trends.industry) or fallback.industry,
        location=_trend(trends.location) or fallback.location,
        season=_trend(trends.season) or fallback.season,
    )


def _trend(text: str) -> str | None:
    cut = trim_at_sentence(clean(text), TRENDS_MAX)
    if cut is None or len(cut) < TRENDS_MIN or has_leftovers(cut) or has_drifted(cut):
        return None
    return cut


def problems_of(plans: Sequence[Plan], brief: PlanBrief) -> tuple[str, ...]:
    """Everything that keeps six plans from being an answer, as English codes; empty for a valid set."""
    problems = [] if [plan.slot for plan in plans] == list(Slot) else ["slots"]
    avoided = {title_key(title) for title in brief.avoid_titles}
    keys = [title_key(plan.title) for plan in plans]
    if len(set(keys)) < len(keys):
        problems.append("titles_repeat")
    if avoided & set(keys):
        problems.append("title_shown_before")
    if not returns_are_ordered(plans):
        problems.append("roi_order")
    return (*problems, *(f"{plan.slot}:{problem}" for plan in plans for problem in _plan_problems(plan, brief)))


def _plan_problems(plan: Plan, brief: PlanBrief) -> Iterable[str]:
    texts = ((plan.title, TITLE_MAX), (plan.prize, PRIZE_MAX), (plan.participation, PARTICIPATION_MAX))
    if any(len(text) > limit or clean(text) != text for text, limit in texts):
        yield "text"
    if reason := _text_problem(plan.title, plan.prize, plan.participation):
        yield reason
    if not PLAN_COST_BANDS[plan.slot.budget].holds(plan.cost):
        yield "cost"
    least, most = plausible_participants(brief.trade, plan.slot)
    if not least <= plan.expected_participants <= most:
        yield "participants"
    if plausible_roi(plan.roi) != plan.roi:
        yield "roi"
    if not _inside(plan.expected_participants, plan.participants_range) or not _inside(plan.roi, plan.roi_range):
        yield "range"


def _inside(point: int, bounds: tuple[int, int] | None) -> bool:
    return bounds is None or bounds[0] <= point <= bounds[1]


def returns_are_ordered(plans: Iterable[Plan]) -> bool:
    """Whether every low ROI ≥ every medium ≥ every high (design, section 4)."""
    by_budget: dict[Budget, list[int]] = {budget: [] for budget in Budget}
    for plan in plans:
        by_budget[plan.budget].append(plan.roi)
    pairs = ((Budget.LOW, Budget.MEDIUM), (Budget.MEDIUM, Budget.HIGH), (Budget.LOW, Budget.HIGH))
    return all(
        min(by_budget[cheaper], default=dearest) >= dearest
        for cheaper, dearer in pairs
        for dearest in [max(by_budget[dearer], default=None)]
        if dearest is not None
    )
