"""How many shop events a second go from their creation into the vector index, and how that grows.

`python -m benchmarks.event_life [EVENTS …]`: over an embedded PostgreSQL with the local stack's queues, batches of 100
messages, and an embedder that counts its calls and needs no vendor.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from local.embedded_postgres import embedded_postgres
from local.queues import LocalQueues, make_tables
from shopevents.adapters.answer_book.memory import MemoryAnswerBook
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.message_queue.postgres import PostgresMessageQueue
from shopevents.adapters.outbox.postgres import PostgresOutbox
from shopevents.adapters.receipts.postgres import PostgresReceipts
from shopevents.adapters.recommendations.postgres import PostgresRecommendations
from shopevents.adapters.shop_events.postgres import PostgresShopEvents
from shopevents.adapters.shops.postgres import PostgresShops
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.batch import consume_batch
from shopevents.domain.effects import OnceKey
from shopevents.domain.event_wishes import EventWish
from shopevents.domain.messages import Message
from shopevents.domain.shop_profiles import ShopProfile
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.embedder import Vector
from shopevents.use_cases.create_shop_event import EventDesk, create_shop_event
from shopevents.use_cases.embed_events import Indexer, embed_events
from shopevents.use_cases.publish import Publisher
from shopevents.use_cases.reopen_recommendations import Archive

_OWNER = "owner-1"
_CLIENTS = 4
_BATCH = 100


class _CountedEmbedder(HashingEmbedder):
    def __init__(self) -> None:
        self.calls = 0

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.calls += 1
        return await super().embed(texts)


def _desk(database: Database) -> EventDesk:
    clock = SystemClock()
    return EventDesk(
        shops=PostgresShops(database),
        shop_events=PostgresShopEvents(database),
        archive=Archive(MemoryAnswerBook(clock), PostgresRecommendations(database)),
        receipts=PostgresReceipts(database),
        publisher=Publisher(PostgresOutbox(database), PostgresMessageQueue(database)),
        clock=clock,
    )


async def _create(desk: EventDesk, numbers: Sequence[int]) -> None:
    for number in numbers:
        wish = EventWish(title=f"단골 감사 {number}", prize="음료 1잔", participation="영수증 뒤에 이름을 적어 주세요")
        once = OnceKey.of(_OWNER, "createEvent", str(number), {})
        await create_shop_event(_OWNER, wish, choice=None, once=once, correlation_id=str(number), desk=desk)


async def _embed(queues: LocalQueues, indexer: Indexer) -> None:
    async def embed(messages: Sequence[Message]) -> dict[str, str]:
        return await embed_events(messages, indexer=indexer)

    while received := await queues.receive("embed_events", limit=_BATCH, visibility_seconds=60):
        response = await consume_batch({"Records": [each.record("embed_events") for each in received]}, embed)
        assert not response["batchItemFailures"]  # noqa: S101 - a benchmark of failures would mean nothing
        await queues.delete(received)


async def _measure(dsn: str, events: int) -> None:
    database = Database(dsn, size=_CLIENTS)
    desk, embedder = _desk(database), _CountedEmbedder()
    region, trade = Region.of("서울", "중구"), Trade(category=IndustryCategory.FOOD, word="백반집")
    await desk.shops.put(
        ShopProfile(
            owner_id=_OWNER,
            name="가게",
            industry_word="백반집",
            trade=trade,
            region=region,
            updated_at=desk.clock.now(),
        )
    )
    started = time.perf_counter()
    await asyncio.gather(*(_create(desk, range(first, events, _CLIENTS)) for first in range(_CLIENTS)))
    created = time.perf_counter()
    await _embed(LocalQueues(database), Indexer(PostgresCases(database), embedder, PgvectorIndex(database)))
    embedded = time.perf_counter()
    print(
        f"{events:>6} events  created {events / (created - started):6.0f}/s  embedded {events / (embedded - created):5.0f}/s"
        f"  both {events / (embedded - started):5.0f}/s  embedding calls per 100 events {embedder.calls / events * 100:.2f}"
    )
    await database.close()


def main() -> None:
    """Measures each number of events over a database of its own."""
    for events in [int(argument) for argument in sys.argv[1:]] or [250, 1_000, 4_000]:
        with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "data") as dsn:
            migrate(dsn)
            make_tables(dsn)
            asyncio.run(_measure(dsn, events))


if __name__ == "__main__":
    main()
