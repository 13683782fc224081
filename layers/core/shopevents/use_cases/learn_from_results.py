"""What the product learned from measured events, kept where every request can read it."""

from shopevents.domain.calibration import NO_HISTORY, History
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.cache import Cache
from shopevents.ports.case_outliers import CaseOutliers
from shopevents.ports.observed_results import ObservedResults
from shopevents.use_cases.mark_outliers import mark_outliers

# The sums of thousands of events are a few kilobytes; they change slowly and are renewed every hour.
HISTORY_KEY = "history:1"
KEPT_SECONDS = 7 * 24 * 3600
LATEST_RESULTS = 20_000


async def learn_from_results(*, results: ObservedResults, outliers: CaseOutliers, cache: Cache) -> int:
    """Learns anew from the latest measured events, those that stand apart left out, and tells how many there were.
    Raises Unavailable."""
    await mark_outliers(IndustryCategory, outliers=outliers)
    latest = await results.latest(LATEST_RESULTS)
    await cache.set_many({HISTORY_KEY: History.of(latest).model_dump_json().encode()}, KEPT_SECONDS)
    return len(latest)


async def learned_history(*, cache: Cache) -> History:
    """What was learned, nothing where nobody has learned yet. Raises Unavailable."""
    (stored,) = await cache.get_many([HISTORY_KEY])
    return NO_HISTORY if stored is None else History.model_validate_json(stored)
