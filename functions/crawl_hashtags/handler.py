"""Nightly at 02:00 in Seoul: what Instagram's hashtags show of shops' events."""

from collections.abc import Mapping
from typing import Any

from shopevents.bootstrap.crawlers import (
    crawl_progress,
    crawl_queue,
    crawl_settings,
    hashtag_ledger,
    hashtags,
    raw_documents,
)
from shopevents.bootstrap.shared_state import system_clock
from shopevents.domain.crawls import crawl_day
from shopevents.domain.deadlines import Deadline
from shopevents.invocation import scheduled_function
from shopevents.observability import report_crawl, report_token
from shopevents.use_cases.crawl_hashtags import crawl_hashtags


@scheduled_function
async def handler(deadline: Deadline) -> Mapping[str, Any]:
    """What the run did; the next one goes on where it stopped."""
    report_token(crawl_settings().sources.instagram_token_expires_on, crawl_day(system_clock().now()))
    report = await crawl_hashtags(
        instagram=hashtags(),
        ledger=hashtag_ledger(),
        documents=raw_documents(),
        progress=crawl_progress(),
        queue=crawl_queue(),
        clock=system_clock(),
        deadline=deadline,
    )
    return report_crawl(report)
