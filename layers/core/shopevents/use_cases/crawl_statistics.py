"""Nightly: KOSIS's tables and Seoul's sales estimates."""

from collections.abc import Sequence

from shopevents.domain.crawl_queries import plan_for, seoul_queries, statistics_queries
from shopevents.domain.crawls import CrawlReport, crawl_day
from shopevents.domain.deadlines import Deadline
from shopevents.ports.clock import Clock
from shopevents.ports.crawl_progress import CrawlProgress
from shopevents.ports.document_sources import DocumentSource
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.raw_documents import RawDocuments
from shopevents.use_cases.crawl_pages import crawl_pages


async def crawl_statistics(
    *,
    kosis: DocumentSource,
    seoul: DocumentSource | None,
    documents: RawDocuments,
    progress: CrawlProgress,
    queue: MessageQueue,
    clock: Clock,
    deadline: Deadline,
) -> Sequence[CrawlReport]:
    """One report per source, KOSIS's first; `seoul` None: no SEOUL_API_KEY. One source's stop doesn't
    stop the other. Run again on the same day, it goes on; see `crawl_pages`."""
    day = crawl_day(clock.now())
    work = [(kosis, statistics_queries(day))]
    if seoul is not None:
        work.append((seoul, seoul_queries(day)))
    return [
        await crawl_pages(
            plan=plan_for(source.name, day, queries),
            source=source,
            documents=documents,
            progress=progress,
            queue=queue,
            clock=clock,
            deadline=deadline,
        )
        for source, queries in work
    ]
