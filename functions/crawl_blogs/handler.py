"""Nightly at 02:00 in Seoul: what blogs say about shops' events."""

from collections.abc import Mapping
from typing import Any

from shopevents.bootstrap.crawlers import blogs, crawl_progress, crawl_queue, raw_documents
from shopevents.bootstrap.shared_state import system_clock
from shopevents.domain.deadlines import Deadline
from shopevents.invocation import scheduled_function
from shopevents.observability import report_crawl
from shopevents.use_cases.crawl_blogs import crawl_blogs


@scheduled_function
async def handler(deadline: Deadline) -> Mapping[str, Any]:
    """What the run did; the next one goes on where it stopped."""
    report = await crawl_blogs(
        blogs=blogs(),
        documents=raw_documents(),
        progress=crawl_progress(),
        queue=crawl_queue(),
        clock=system_clock(),
        deadline=deadline,
    )
    return report_crawl(report)
