"""A desk over a real database, and queues whose messages are delivered as unkindly as a test likes."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shopevents.adapters.answer_book.memory import MemoryAnswerBook
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.controls.memory import MemoryControls
from shopevents.adapters.database.connection import Database
from shopevents.adapters.message_queue.memory import MemoryMessageQueue
from shopevents.adapters.outbox.postgres import PostgresOutbox
from shopevents.adapters.performances.postgres import PostgresPerformances
from shopevents.adapters.receipts.postgres import PostgresReceipts
from shopevents.adapters.recommendations.postgres import PostgresRecommendations
from shopevents.adapters.shop_events.postgres import PostgresShopEvents
from shopevents.adapters.shops.postgres import PostgresShops
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.domain.effects import OnceKey
from shopevents.domain.errors import Unavailable
from shopevents.domain.event_wishes import Choice, Counted, EventWish, ReportAccepted
from shopevents.domain.messages import Message
from shopevents.domain.performance import Result
from shopevents.domain.shop_events import TrackedEvent
from shopevents.domain.vocabulary import IndustryCategory, Slot
from shopevents.use_cases.create_shop_event import EventDesk, create_shop_event
from shopevents.use_cases.embed_events import Indexer, embed_events
from shopevents.use_cases.publish import Publisher
from shopevents.use_cases.record_performance import record_performance
from shopevents.use_cases.reopen_recommendations import Archive
from shopevents.use_cases.report_performance import report_performance
from tests.adapters.clock import HandClock
from tests.adapters.embedder import CountingEmbedder
from tests.contract.answers import answer

OWNER = "owner-1"


class BreakableQueue(MemoryMessageQueue):
    """Queues that can be down, all or one."""

    is_down = False
    refused: str | None = None

    async def send(self, queue: str, messages: Sequence[Message]) -> None:
        if self.is_down or queue == self.refused:
            raise Unavailable("sqs", "down")
        await super().send(queue, messages)


class CountingControls(MemoryControls):
    """Remembers for which industries the cache was renewed."""

    def __init__(self) -> None:
        super().__init__()
        self.renewed: list[IndustryCategory] = []

    async def renew_generation(self, industry: IndustryCategory) -> bool:
        self.renewed.append(industry)
        return await super().renew_generation(industry)


@dataclass
class World:
    """Everything that an event's life takes place in."""

    database: Database
    clock: HandClock = field(default_factory=HandClock)
    queue: BreakableQueue = field(default_factory=BreakableQueue)
    controls: CountingControls = field(default_factory=CountingControls)
    embedder: CountingEmbedder = field(default_factory=CountingEmbedder)

    def __post_init__(self) -> None:
        self.answers = MemoryAnswerBook(self.clock)
        self.recommendations = PostgresRecommendations(self.database)
        self.performances = PostgresPerformances(self.database)
        self.publisher = Publisher(PostgresOutbox(self.database), self.queue)
        self.indexer = Indexer(PostgresCases(self.database), self.embedder, PgvectorIndex(self.database))
        self.desk = EventDesk(
            shops=PostgresShops(self.database),
            shop_events=PostgresShopEvents(self.database),
            archive=Archive(self.answers, self.recommendations),
            receipts=PostgresReceipts(self.database),
            publisher=self.publisher,
            clock=self.clock,
        )

    async def recommend(self, recommendation_id: str = "rec-1", owner_id: str = OWNER) -> None:
        await self.answers.keep(answer(recommendation_id, owner_id=owner_id))

    async def create(
        self,
        wish: EventWish | None = None,
        *,
        option: Slot = Slot.LOW_ONLINE,
        recommendation_id: str = "rec-1",
        owner_id: str = OWNER,
        key: str | None = None,
    ) -> TrackedEvent:
        wish = wish or EventWish()
        content = wish.model_dump(mode="json") | {"recommendation": recommendation_id, "option": option}
        return await create_shop_event(
            owner_id,
            wish,
            choice=Choice(recommendation_id=recommendation_id, option=option),
            once=OnceKey.of(owner_id, "create_event", key, content) if key else None,
            correlation_id="request-1",
            desk=self.desk,
        )

    async def report(
        self, event_id: str, *, roi: float = 150, owner_id: str = OWNER, key: str | None = None, **counted: Any
    ) -> ReportAccepted:
        result = Counted(**{"actual_participants": 80, "actual_cost": 240_000, "actual_roi": roi} | counted)
        content = result.model_dump(mode="json") | {"event_id": event_id}
        return await report_performance(
            event_id,
            owner_id,
            result,
            once=OnceKey.of(owner_id, "report_performance", key, content) if key else None,
            correlation_id="request-2",
            desk=self.desk,
            performances=self.performances,
        )

    async def deliver(self, *, times: int = 1, shuffled: random.Random | None = None) -> dict[str, str]:
        """Takes what waits in the queues to its receivers, one message at a time."""
        waiting = [(name, message) for name, messages in self.queue.sent.items() for message in messages] * times
        self.queue.sent.clear()
        if shuffled:
            shuffled.shuffle(waiting)
        failed: dict[str, str] = {}
        for name, message in waiting:
            failed |= await self._receive(name, message)
        return failed

    async def _receive(self, name: str, message: Message) -> dict[str, str]:
        if name == "embed_events":
            return await embed_events([message], indexer=self.indexer)
        return await record_performance(
            [message],
            performances=self.performances,
            indexer=self.indexer,
            controls=self.controls,
            clock=self.clock,
        )

    async def count(self, table: str) -> int:
        rows = await self.database.fetch(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - a test's own
        return int(rows[0]["n"])

    async def vectors(self) -> dict[str, tuple[int, str]]:
        rows = await self.database.fetch(
            "SELECT case_id, version, case_data ->> 'provenance' AS provenance FROM case_vectors"
        )
        return {row["case_id"]: (row["version"], row["provenance"]) for row in rows}


def a_result(roi: float = 150) -> Result:
    return Result(actual_participants=80, actual_cost=240_000, actual_roi=roi)
