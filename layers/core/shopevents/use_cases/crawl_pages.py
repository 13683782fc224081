"""Reads one source's due queries page by page, keeps every page and announces it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shopevents.domain.crawls import DAY_ENDED, FAILURES_IN_A_ROW, CrawlPlan, CrawlReport, Stop, due_queries
from shopevents.domain.deadlines import Deadline
from shopevents.domain.documents import CURATE_QUEUE, RawDocument, page_id, query_name
from shopevents.domain.errors import DependencyError, QuotaExhausted, RateLimited, Rejected
from shopevents.ports.clock import Clock
from shopevents.ports.crawl_progress import CrawlProgress, Place
from shopevents.ports.document_sources import DocumentSource, Query, SourcePage
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.raw_documents import RawDocuments


class _Stopped(Exception):
    """Ends the run from inside a query."""

    def __init__(self, stop: Stop, reason: str) -> None:
        super().__init__(reason)
        self.stop = stop


class _Failed(Exception):
    """Ends a query: the source failed, as opposed to our own storage, whose errors pass through."""

    def __init__(self, cause: DependencyError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(slots=True)
class _Tally:
    calls: int
    pages: int = 0
    records: int = 0
    in_a_row: int = 0
    alarms: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def crawl_pages(
    *,
    plan: CrawlPlan,
    source: DocumentSource,
    documents: RawDocuments,
    progress: CrawlProgress,
    queue: MessageQueue,
    clock: Clock,
    deadline: Deadline,
) -> CrawlReport:
    """Works through the plan until it is done, the deadline comes or the source says stop.

    May be run any number of times a day: finished queries are not asked again, a begun one goes on at its
    cursor, and a day that a quota ended stays ended. A page is kept and announced before its place is
    saved, so that a crash repeats a page and never loses one. Raises Unavailable where our own storage,
    progress or queue fails; what the source does is in the report.
    """
    run = _Run(plan, source, documents, progress, queue, clock, deadline)
    places = await progress.places(plan.source, plan.day)
    tally = _Tally(calls=sum(place.pages for place in places.values()))
    if DAY_ENDED in places:
        return CrawlReport(plan.source, plan.day, stop=Stop.QUOTA, reason="the day's quota was used up before")
    stop, reason = await _work(run, places, tally)
    if stop is Stop.QUOTA:
        await progress.save(plan.source, plan.day, DAY_ENDED, Place(finished=True))
    said = {"alarms": tuple(tally.alarms), "failures": tuple(tally.failures)}
    return CrawlReport(plan.source, plan.day, tally.pages, tally.records, stop, reason, **said)


@dataclass(frozen=True, slots=True)
class _Run:
    plan: CrawlPlan
    source: DocumentSource
    documents: RawDocuments
    progress: CrawlProgress
    queue: MessageQueue
    clock: Clock
    deadline: Deadline


async def _work(run: _Run, places: Mapping[str, Place], tally: _Tally) -> tuple[Stop | None, str]:
    finished: Mapping[str, date] = await run.progress.last_finished(run.plan.source)
    for query in due_queries(run.plan, finished):
        place = places.get(query_name(query), Place())
        try:
            await _read_query(run, query, place, tally)
        except _Stopped as stopped:
            return stopped.stop, str(stopped)
        except _Failed as failed:
            _count_failure(failed.cause, query, tally)
            if tally.in_a_row >= FAILURES_IN_A_ROW:
                return (Stop.FAILURES if tally.failures else Stop.REJECTED), str(failed)
    return None, ""


async def _read_query(run: _Run, query: Query, place: Place, tally: _Tally) -> None:
    while not place.finished:
        page = await _fetch(run, query, place.cursor, tally)
        if page.records:
            await _land(run, _document(run, query, place.pages, page))
        pages = place.pages + 1
        ends = page.next_cursor is None or pages >= run.plan.max_pages
        place = Place(page.next_cursor, pages, ends)
        await run.progress.save(run.plan.source, run.plan.day, query_name(query), place)
        tally.pages, tally.records, tally.in_a_row = tally.pages + 1, tally.records + page.records, 0


async def _fetch(run: _Run, query: Query, cursor: str | None, tally: _Tally) -> SourcePage:
    """One page, or the reason to stop the whole run."""
    if tally.calls >= run.plan.daily_calls:
        raise _Stopped(Stop.QUOTA, f"{tally.calls} calls today, as configured")
    tally.calls += 1
    try:
        async with asyncio.timeout_at(run.deadline.at):
            return await run.source.fetch(query, cursor)
    except TimeoutError as error:
        raise _Stopped(Stop.DEADLINE, "no time left") from error
    except QuotaExhausted as error:
        raise _Stopped(Stop.QUOTA, str(error)) from error
    except RateLimited as error:
        raise _Stopped(Stop.RATE_LIMIT, str(error)) from error
    except DependencyError as error:
        raise _Failed(error) from error


async def _land(run: _Run, document: RawDocument) -> None:
    """Keeps and announces. Content that another page brought today is neither; what a run kept and crashed
    before announcing is announced now."""
    if await run.documents.keep(document) or await run.documents.read(document.document_id) is not None:
        await run.queue.send(CURATE_QUEUE, [document.landed(run.clock.now())])


def _document(run: _Run, query: Query, page_number: int, page: SourcePage) -> RawDocument:
    return RawDocument(
        document_id=page_id(page.source, run.plan.day, query, page_number),
        source=page.source,
        body=page.body,
        fetched_at=run.clock.now(),
        crawl_day=run.plan.day,
        manifest={"query": dict(query), "page": page_number, "records": page.records, **page.notes},
    )


def _count_failure(error: DependencyError, query: Query, tally: _Tally) -> None:
    tally.in_a_row += 1
    said = f"{query_name(query)}: {error}"
    if isinstance(error, Rejected):
        tally.alarms.append(said)
    else:
        tally.failures.append(said)
