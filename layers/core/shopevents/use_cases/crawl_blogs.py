"""Nightly: what blogs say about shops' events."""

from shopevents.domain.crawl_queries import blog_queries, plan_for
from shopevents.domain.crawls import CrawlReport, crawl_day
from shopevents.domain.deadlines import Deadline
from shopevents.ports.clock import Clock
from shopevents.ports.crawl_progress import CrawlProgress
from shopevents.ports.document_sources import DocumentSource
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.raw_documents import RawDocuments
from shopevents.use_cases.crawl_pages import crawl_pages


async def crawl_blogs(
    *,
    blogs: DocumentSource,
    documents: RawDocuments,
    progress: CrawlProgress,
    queue: MessageQueue,
    clock: Clock,
    deadline: Deadline,
) -> CrawlReport:
    """Searches for the configured words. Run again on the same day, it goes on; see `crawl_pages`."""
    return await crawl_pages(
        plan=plan_for(blogs.name, crawl_day(clock.now()), blog_queries()),
        source=blogs,
        documents=documents,
        progress=progress,
        queue=queue,
        clock=clock,
        deadline=deadline,
    )
