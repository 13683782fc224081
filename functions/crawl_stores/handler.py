"""Nightly at 02:00 in Seoul: which shops there are, from the store register."""

from collections.abc import Mapping
from typing import Any

from shopevents.bootstrap.crawlers import crawl_progress, crawl_queue, raw_documents, stores
from shopevents.bootstrap.shared_state import system_clock
from shopevents.domain.deadlines import Deadline
from shopevents.invocation import scheduled_function
from shopevents.observability import report_crawl
from shopevents.use_cases.crawl_stores import crawl_stores


@scheduled_function
async def handler(deadline: Deadline) -> Mapping[str, Any]:
    """What the run did; the next one goes on where it stopped."""
    report = await crawl_stores(
        stores=stores(),
        documents=raw_documents(),
        progress=crawl_progress(),
        queue=crawl_queue(),
        clock=system_clock(),
        deadline=deadline,
    )
    return report_crawl(report)
