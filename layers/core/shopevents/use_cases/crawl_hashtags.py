"""Nightly: posts under hashtags of shops' events, within the account's 30 tags in 7 days."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from shopevents.domain.crawl_queries import hashtags, plan_for
from shopevents.domain.crawls import CrawlReport, Stop, crawl_day
from shopevents.domain.deadlines import Deadline
from shopevents.domain.errors import DependencyError, QuotaExhausted, Rejected
from shopevents.domain.hashtags import AskedTag, choose_tags
from shopevents.ports.clock import Clock
from shopevents.ports.crawl_progress import CrawlProgress
from shopevents.ports.document_sources import HashtagSource
from shopevents.ports.hashtag_ledger import HashtagLedger
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.raw_documents import RawDocuments
from shopevents.use_cases.crawl_pages import crawl_pages

_EDGE = "recent_media"


class _SourceFailed(Exception):
    """The source failed, as opposed to our ledger."""

    def __init__(self, cause: DependencyError) -> None:
        super().__init__(str(cause))
        self.cause = cause


async def crawl_hashtags(
    *,
    instagram: HashtagSource,
    ledger: HashtagLedger,
    documents: RawDocuments,
    progress: CrawlProgress,
    queue: MessageQueue,
    clock: Clock,
    deadline: Deadline,
) -> CrawlReport:
    """Chooses tags that the ledger allows, then reads the last day's posts of each. Tags whose id could be
    found are read even when finding the others was cut short. See `crawl_pages` for runs and repetitions."""
    found: dict[str, str] = {}
    day = crawl_day(clock.now())
    early: CrawlReport | None = None
    try:
        async with asyncio.timeout_at(deadline.at):
            await _find_ids(instagram, ledger, clock, found)
    except TimeoutError:
        early = CrawlReport(instagram.name, day, stop=Stop.DEADLINE, reason="no time left")
    except _SourceFailed as failed:
        early = _cut_short(instagram.name, failed.cause, CrawlReport(instagram.name, day))
    queries = tuple({"hashtag_id": tag_id, "tag": tag, "edge": _EDGE} for tag, tag_id in found.items())
    report = await crawl_pages(
        plan=plan_for(instagram.name, day, queries),
        source=instagram,
        documents=documents,
        progress=progress,
        queue=queue,
        clock=clock,
        deadline=deadline,
    )
    return report if early is None else _joined(report, early)


async def _find_ids(instagram: HashtagSource, ledger: HashtagLedger, clock: Clock, found: dict[str, str]) -> None:
    """Fills `found` (tag → id). A tag enters the ledger before it is asked for."""
    entries = await ledger.entries()
    foreign = await _foreign_slots(instagram, entries)
    daily, rotating = hashtags()
    for tag in choose_tags(daily, rotating, entries, clock.now(), foreign_slots=foreign):
        now = clock.now()
        asked = entries[tag].asked_again(now) if tag in entries else AskedTag(now, now)
        await ledger.note(tag, asked)
        tag_id = asked.hashtag_id or await _find(instagram, tag)  # ids never change
        await ledger.note(tag, replace(asked, hashtag_id=tag_id))
        if tag_id:
            found[tag] = tag_id


async def _foreign_slots(instagram: HashtagSource, entries: Mapping[str, AskedTag]) -> int:
    """How many of the 30 are taken by tags that our ledger doesn't know."""
    try:
        used = await instagram.used_hashtags()
    except DependencyError as error:
        raise _SourceFailed(error) from error
    return len(used - {asked.hashtag_id for asked in entries.values()})


async def _find(instagram: HashtagSource, tag: str) -> str:
    """The tag's id, "" where there is no such tag."""
    try:
        return await instagram.find_hashtag(tag) or ""
    except DependencyError as error:
        raise _SourceFailed(error) from error


def _cut_short(source: str, cause: DependencyError, report: CrawlReport) -> CrawlReport:
    if isinstance(cause, Rejected):
        return replace(report, alarms=(f"{source}: {cause.reason}",))
    if isinstance(cause, QuotaExhausted):
        return replace(report, stop=Stop.QUOTA, reason=str(cause))
    return replace(report, stop=Stop.RATE_LIMIT, reason=str(cause))


def _joined(report: CrawlReport, early: CrawlReport) -> CrawlReport:
    """The report of the reading, with what cut the search for ids short where the reading itself ended well."""
    stop, reason = (report.stop, report.reason) if report.stop else (early.stop, early.reason)
    return replace(report, stop=stop, reason=reason, alarms=(*early.alarms, *report.alarms))
