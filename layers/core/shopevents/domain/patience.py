"""How long a writer is worth waiting for, by what it has brought so far and at what pace."""

from shopevents.domain.briefs import PlanBrief, Writing
from shopevents.domain.deadlines import Deadline
from shopevents.domain.plans import TRENDS_AIM, Trends
from shopevents.domain.vocabulary import Slot

# After the last text only the token counts are missing; they follow at once or not at all.
USAGE_GRACE_SECONDS = 0.3
# Three texts of the length that is asked for, and the JSON around them.
TRENDS_CHARACTERS = len(Trends.model_fields) * (TRENDS_AIM + 18)


def has_all_plans(writing: Writing) -> bool:
    """Whether there is a draft for every slot."""
    return {draft.slot for draft in writing.drafts} == set(Slot)


class Patience:
    """For one stream. Plans are worth the whole time. Trends are not: there are others, and an owner is waiting. Once
    six plans are there they are waited for until `trends_deadline`, and not at all when the writer's pace says that
    they would come later."""

    def __init__(self, deadline: Deadline, trends_deadline: Deadline) -> None:
        self._deadline = deadline
        self._trends_deadline = trends_deadline
        self._began_at: float | None = None

    def until(self, writing: Writing, brief: PlanBrief, now: float) -> float:
        """When to leave the stream, on the loop's clock and never later than the deadline. `now` is when `writing`
        came; the first call is the stream's beginning."""
        if self._began_at is None:
            self._began_at = now
        if not has_all_plans(writing):
            return self._deadline.at
        if writing.trends is not None or brief.known_trends is not None:
            return min(self._deadline.at, now + USAGE_GRACE_SECONDS)
        last = min(self._deadline.at, self._trends_deadline.at)
        # At the pace of the text so far; what of the trends has come already makes it an upper bound.
        expected = now + TRENDS_CHARACTERS * (now - self._began_at) / max(1, len(writing.raw))
        return last if expected <= last else now
