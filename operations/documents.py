"""Raw documents: read again, or fetched again."""

import asyncio
import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path

from local.stack import DATA, ROOT
from operations.target import OperationError, Target, call_aws, physical_id
from shopevents.adapters.database.connection import Database
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.bootstrap.shared_state import system_clock
from shopevents.domain.crawls import crawl_day
from shopevents.domain.documents import CURATE_QUEUE, DOCUMENT_LANDED
from shopevents.domain.messages import Message
from shopevents.ports.message_queue import MessageQueue


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
    found = await PostgresQuarantine(database).documents(reasons, limit)
    rows = await database.fetch(
        "SELECT id, source, object_key FROM raw_documents WHERE id = ANY(%s)", ([entry.document_id for entry in found],)
    )
    if dry_run:
        return f"would read {len(rows)} documents again"
    now = system_clock().now()
    messages = [
        Message(
            message_id=f"landed-{row['id']}",
            kind=DOCUMENT_LANDED,
            correlation_id="operations",
            sent_at=now,
            body={"document_id": row["id"], "source": row["source"], "object_key": row["object_key"]},
        )
        for row in rows
    ]
    await queue.send(CURATE_QUEUE, messages)
    return f"{len(messages)} documents are read again"


async def recrawl(crawler: Crawler, target: Target, database: Database, *, dry_run: bool) -> str:
    """Forgets how far a crawler came today and starts it. What it fetches again unchanged makes nothing new."""
    today = crawl_day(system_clock().now())
    if dry_run:
        begun = await database.fetch(*_statement("SELECT query FROM", crawler, today))
        return f"would forget {len(begun)} queries of {crawler} on {today} and start it"
    forgotten = await database.execute(*_statement("DELETE FROM", crawler, today))
    await _start(crawler, target)
    return f"forgot {forgotten} queries of {crawler} on {today} and started it"


def _statement(verb: str, crawler: Crawler, today: date) -> tuple[str, tuple[object, ...]]:
    return f"{verb} crawl_cursors WHERE source = ANY(%s) AND crawl_day = %s", (list(_SOURCES[crawler]), today)


async def _start(crawler: Crawler, target: Target, data: Path = DATA) -> None:
    """In AWS it goes on by itself; locally it is waited for."""
    if target.name is not None:
        logical_id = f"{crawler.replace('_', ' ').title().replace(' ', '')}Function"
        function = physical_id(target.name, logical_id)
        call_aws("lambda", "invoke", FunctionName=function, InvocationType="Event", Payload=json.dumps({}).encode())
        return
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local", "invoke", crawler.value, "--data", str(data)), cwd=ROOT
    )
    if await process.wait() != 0:
        raise OperationError(f"{crawler} failed; its log stands above")
