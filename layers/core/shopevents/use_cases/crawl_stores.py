"""Nightly: the register of stores, from which openings and closings are counted."""

from shopevents.domain.crawl_queries import plan_for, store_queries
from shopevents.domain.crawls import CrawlReport, crawl_day
from shopevents.domain.deadlines import Deadline
from shopevents.ports.clock import Clock
from shopevents.ports.crawl_progress import CrawlProgress
from shopevents.ports.document_sources import DocumentSource
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.raw_documents import RawDocuments
from shopevents.use_cases.crawl_pages import crawl_pages


async def crawl_stores(
    *,
    stores: DocumentSource,
    documents: RawDocuments,
    progress: CrawlProgress,
    queue: MessageQueue,
    clock: Clock,
    deadline: Deadline,
) -> CrawlReport:
    """Reads every configured 시군구 and 업종 that is due. Run again on the same day, it goes on; see `crawl_pages`."""
    return await crawl_pages(
        plan=plan_for(stores.name, crawl_day(clock.now()), store_queries()),
        source=stores,
        documents=documents,
        progress=progress,
        queue=queue,
        clock=clock,
        deadline=deadline,
    )
