"""Nightly at 02:00 in Seoul: public statistics, from KOSIS and from Seoul."""

from collections.abc import Mapping
from typing import Any

from shopevents.bootstrap.crawlers import crawl_progress, crawl_queue, raw_documents, seoul_sales, statistics
from shopevents.bootstrap.shared_state import system_clock
from shopevents.domain.deadlines import Deadline
from shopevents.invocation import scheduled_function
from shopevents.observability import report_crawl
from shopevents.use_cases.crawl_statistics import crawl_statistics


@scheduled_function
async def handler(deadline: Deadline) -> Mapping[str, Any]:
    """What the run did, by source; the next one goes on where it stopped."""
    reports = await crawl_statistics(
        kosis=statistics(),
        seoul=seoul_sales(),
        documents=raw_documents(),
        progress=crawl_progress(),
        queue=crawl_queue(),
        clock=system_clock(),
        deadline=deadline,
    )
    return {report.source: report_crawl(report) for report in reports}
