"""How long a stream is worth waiting for."""

from dataclasses import replace

from shopevents.domain.briefs import Writing
from shopevents.domain.deadlines import Deadline
from shopevents.domain.patience import TRENDS_CHARACTERS, USAGE_GRACE_SECONDS, Patience
from shopevents.domain.vocabulary import Slot
from tests.adapters.plan_writer import TRENDS, draft
from tests.unit.planning_briefs import brief_of

BRIEF = brief_of()
SIX = tuple(draft(slot) for slot in Slot)


def patience() -> Patience:
    """Of a stream that begins at 0: eight seconds for plans, five and a half for trends."""
    fresh = Patience(Deadline(8.0), Deadline(5.5))
    assert fresh.until(Writing(), BRIEF, 0.0) == 8.0
    return fresh


def written(characters: int, plans: int = 6) -> Writing:
    return Writing(drafts=SIX[:plans], raw="가" * characters)


def test_plans_are_worth_the_whole_time() -> None:
    assert patience().until(written(10, plans=5), BRIEF, 6.0) == 8.0


def test_a_quick_writer_gets_the_time_for_its_trends() -> None:
    assert patience().until(written(2 * TRENDS_CHARACTERS), BRIEF, 3.0) == 5.5


def test_a_slow_writer_is_left_with_its_six_plans_at_once() -> None:
    assert patience().until(written(2 * TRENDS_CHARACTERS), BRIEF, 4.5) == 4.5


def test_nobody_waits_for_trends_that_are_known_or_there() -> None:
    known = BRIEF.model_copy(update={"known_trends": TRENDS})
    assert patience().until(written(800), known, 3.0) == 3.0 + USAGE_GRACE_SECONDS
    there = replace(written(1200), trends=TRENDS)
    assert patience().until(there, BRIEF, 3.0) == 3.0 + USAGE_GRACE_SECONDS


def test_never_later_than_the_deadline() -> None:
    short = Patience(Deadline(3.1), Deadline(5.5))
    short.until(Writing(), BRIEF, 0.0)
    there = replace(written(1200), trends=TRENDS)
    assert short.until(there, BRIEF, 3.0) == 3.1
    assert short.until(written(5000), BRIEF, 1.0) == 3.1
