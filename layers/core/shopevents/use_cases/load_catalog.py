"""Keeps the packaged cases in the database; what is new or different is announced to `embed_events`."""

from collections.abc import Sequence
from itertools import batched

from shopevents.domain.announcements import case_changed
from shopevents.domain.cases import Case
from shopevents.ports.cases import Cases
from shopevents.ports.clock import Clock

_CORRELATION = "catalog"
_AT_ONCE = 100


async def load_catalog(catalog: Sequence[Case], *, cases: Cases, clock: Clock) -> int:
    """Returns how many were new or different. Running it again changes nothing. Raises DependencyError."""
    changed = 0
    for some in batched(catalog, _AT_ONCE, strict=False):
        changed += await cases.keep_collected(
            [
                (case, case_changed(case.case_id, case.industry, correlation_id=_CORRELATION, now=clock.now()))
                for case in some
            ]
        )
    return changed
