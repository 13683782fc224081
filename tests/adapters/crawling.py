"""What a crawl runs against in tests: kept documents, sent messages, a clock that is set, a scripted source."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shopevents.adapters.crawl_progress.memory import MemoryCrawlProgress
from shopevents.domain.deadlines import Deadline
from shopevents.domain.documents import RawDocument
from shopevents.domain.errors import Unavailable
from shopevents.domain.messages import Message
from shopevents.ports.document_sources import Query, SourcePage

NIGHT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # 02:00 of the 23rd in Seoul


class SetClock:
    """Shows what it was set to."""

    def __init__(self, moment: datetime = NIGHT) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def tomorrow(self) -> None:
        self.moment += timedelta(days=1)


class KeptDocuments:
    """Documents in a dictionary; `down` makes it fail."""

    def __init__(self) -> None:
        self.kept: dict[str, RawDocument] = {}
        self.down = False

    async def keep(self, document: RawDocument) -> bool:
        if self.down:
            raise Unavailable("documents", "down")
        content = (document.source, document.crawl_day, document.content_hash)
        if content in {(one.source, one.crawl_day, one.content_hash) for one in self.kept.values()}:
            return False
        self.kept[document.document_id] = document
        return True

    async def read(self, document_id: str) -> RawDocument | None:
        return self.kept.get(document_id)


class SentMessages:
    """A queue that only remembers; `down` makes it fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.down = False

    async def send(self, queue: str, messages: Sequence[Message]) -> None:
        if self.down:
            raise Unavailable("queue", "down")
        self.sent += [(queue, message) for message in messages]


class ScriptedSource:
    """Has `pages` pages of every query; `failures` maps the number of a call to what it raises instead,
    "hang" being a call that never ends."""

    name = "naver_blog"

    def __init__(self, pages: int = 2, failures: Mapping[int, Exception | str] | None = None) -> None:
        self.pages = pages
        self.failures = dict(failures or {})
        self.asked: list[tuple[str, str | None]] = []

    async def fetch(self, query: Query, cursor: str | None = None) -> SourcePage:
        self.asked.append((query["query"], cursor))
        failure = self.failures.pop(len(self.asked), None)
        if failure == "hang":
            await asyncio.Event().wait()
        if isinstance(failure, Exception):
            raise failure
        number = int(cursor or "0")
        after = str(number + 1) if number + 1 < self.pages else None
        return SourcePage(self.name, query, cursor, f'{{"items": ["{query["query"]} {number}"]}}', 1, after)


@dataclass
class CrawlWorld:
    """Everything but the source."""

    clock: SetClock = field(default_factory=SetClock)
    documents: KeptDocuments = field(default_factory=KeptDocuments)
    queue: SentMessages = field(default_factory=SentMessages)
    progress: MemoryCrawlProgress = field(default_factory=MemoryCrawlProgress)

    @staticmethod
    def in_seconds(seconds: float) -> Deadline:
        """A deadline on the running loop's clock."""
        return Deadline(asyncio.get_running_loop().time() + seconds)
