"""Takes the packaged cases in through curation, as documents of the source "catalog"."""

from collections.abc import Sequence
from itertools import batched

from shopevents.domain.cases import Case
from shopevents.domain.curation import read_reply
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.posts import CATALOG
from shopevents.ports.case_intake import CaseIntake
from shopevents.ports.clock import Clock
from shopevents.ports.event_extractor import EventExtractor
from shopevents.use_cases.curate_reply import curate_reading

_AT_ONCE = 100


async def load_catalog(catalog: Sequence[Case], *, extractor: EventExtractor, intake: CaseIntake, clock: Clock) -> int:
    """Returns how many were new or different; those are announced to `embed_events`. Running it again changes
    nothing. Raises DependencyError, and PoisonRecord for a case that curation would not let in: none may be lost."""
    changed = 0
    for some in batched(catalog, _AT_ONCE, strict=False):
        reading = read_reply(CATALOG, {"cases": [case.model_dump(mode="json") for case in some]})
        curated = await curate_reading(reading, extractor=extractor, intake=intake, clock=clock, correlation_id=CATALOG)
        if curated.aside:
            first = curated.aside[0]
            raise PoisonRecord(
                f"{len(curated.aside)} packaged cases were not let in: {dict(first.record)} {first.sentence}"
            )
        changed += curated.changed
    return changed
