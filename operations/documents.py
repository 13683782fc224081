"""Raw documents: read again, or fetched again."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path

from local.stack import ROOT
from operations.target import OperationError, Target, call_aws, physical_id
from shopevents.adapters.crawl_progress.postgres import PostgresCrawlProgress
from shopevents.adapters.database.connection import Database
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.bootstrap.shared_state import system_clock
from shopevents.domain.crawl_queries import source_limits
from shopevents.domain.crawls import crawl_day
from shopevents.ports.message_queue import MessageQueue
from shopevents.use_cases.requeue_quarantined import requeue_quarantined

type Start = Callable[[], Awaitable[None]]


class Crawler(StrEnum):
    """Who fetches, named like its function."""

    STORES = "crawl_stores"
    STATISTICS = "crawl_statistics"
    BLOGS = "crawl_blogs"
    HASHTAGS = "crawl_hashtags"


# What each crawler's progress is kept under.
_SOURCES = {
    Crawler.STORES: ("semas_stores",),
    Crawler.STATISTICS: ("kosis", "seoul_sales"),
    Crawler.BLOGS: ("naver_blog",),
    Crawler.HASHTAGS: ("instagram",),
}


async def requeue_quarantine(
    reasons: list[str], limit: int, database: Database, queue: MessageQueue, *, dry_run: bool
) -> str:
    """Announces documents with something in quarantine to `curate_documents` again: after a better reader was
    deployed. What can be read then is released; the rest stays with its reason."""
    quarantine = PostgresQuarantine(database)
    if dry_run:
        return f"would read {len(await quarantine.documents(reasons, limit))} documents again"
    sent = await requeue_quarantined(reasons, quarantine=quarantine, queue=queue, clock=system_clock(), limit=limit)
    return f"{sent} documents are read again"


async def recrawl(crawler: Crawler, since: date | None, target: Target, database: Database, *, dry_run: bool) -> str:
    """Forgets how far a crawler came on the days since `since` (today where None) and starts it: it asks again, as
    today's. What it fetches unchanged makes nothing new, and today's calls still count against the source's limit.
    Raises OperationError."""
    today = crawl_day(system_clock().now())
    since = since or today
    if since > today:
        raise OperationError(f"{since} has not come yet")
    progress = PostgresCrawlProgress(database)
    if dry_run:
        calls = "; ".join([await _calls(progress, source, today) for source in _SOURCES[crawler]])
        return f"would forget what {crawler} asked since {since} and start it ({calls})"
    start = _starter(crawler, target)
    forgotten = sum([await progress.forget(source, today, since=since) for source in _SOURCES[crawler]])
    await start()
    return f"forgot {forgotten} queries of {crawler} since {since} and started it"


async def _calls(progress: PostgresCrawlProgress, source: str, day: date) -> str:
    made = sum(place.pages for place in (await progress.places(source, day)).values())
    return f"{source}: {made} of {source_limits(source).daily_calls} calls are made today"


def _starter(crawler: Crawler, target: Target) -> Start:
    """In AWS it goes on by itself, locally it is waited for. Raises OperationError where there is nothing to start."""
    if target.name is None:
        return partial(_start_locally, crawler, target.data, _own_environment(target))
    logical_id = f"{crawler.replace('_', ' ').title().replace(' ', '')}Function"
    return partial(_start_in_aws, physical_id(target.name, logical_id))


async def _start_in_aws(function: str) -> None:
    call_aws("lambda", "invoke", FunctionName=function, InvocationType="Event", Payload=b"{}")


def _own_environment(target: Target) -> dict[str, str]:
    """This process's, less what made us an operator of the stack: its functions are somebody else."""
    return {name: value for name, value in os.environ.items() if name not in target.environment}


async def _start_locally(crawler: Crawler, data: Path, environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local", "invoke", crawler.value, "--data", str(data)), cwd=ROOT, env=environment
    )
    if await process.wait() != 0:
        raise OperationError(f"{crawler} failed; its log stands above")
