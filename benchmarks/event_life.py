"""How many shop events a second go from their creation to being found, what embedding them costs, and how that grows.

    python -m benchmarks.event_life [--events 500] [--blocks 6] [--block 1000]

The real use cases over an embedded PostgreSQL that is safe against a power cut, with the local stack's queues and
pgvector; OpenAI is a fake over HTTP, in the same process, which counts its calls and the tokens it was sent. One worker
embeds, four clients create. Tokens are estimated (tests/vendors/tokens.py says how), prices are those of
shopevents/catalog/prices.toml.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import machine
from local.embedded_postgres import embedded_postgres
from local.queues import LocalQueues, make_tables
from shopevents.adapters.answer_book.memory import MemoryAnswerBook
from shopevents.adapters.answer_stream.memory import MemoryAnswerStream
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.adapters.message_queue.postgres import PostgresMessageQueue
from shopevents.adapters.outbox.postgres import PostgresOutbox
from shopevents.adapters.receipts.postgres import PostgresReceipts
from shopevents.adapters.recommendations.postgres import PostgresRecommendations
from shopevents.adapters.shop_events.postgres import PostgresShopEvents
from shopevents.adapters.shops.postgres import PostgresShops
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.batch import consume_batch
from shopevents.domain.briefs import Usage
from shopevents.domain.deadlines import Deadline
from shopevents.domain.effects import OnceKey
from shopevents.domain.errors import Unavailable
from shopevents.domain.event_wishes import EventWish
from shopevents.domain.messages import Message
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.prices import price_of
from shopevents.domain.shop_profiles import ShopProfile
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.embedder import Embedder
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.vector_index import CaseFilter
from shopevents.use_cases.create_shop_event import EventDesk, create_shop_event
from shopevents.use_cases.embed_events import Indexer, embed_events
from shopevents.use_cases.publish import Publisher
from shopevents.use_cases.relay_outbox import relay_outbox
from shopevents.use_cases.reopen_recommendations import Archive
from tests.vendors.openai import OpenAIFake
from tests.vendors.tokens import count_tokens

_OWNERS = ("owner-1", "owner-2", "owner-3", "owner-4")  # each asks one thing after the other
_QUEUE = "embed_events"
_BATCHES = (1, 10, 50, 100)  # 50 is what template.yaml gives the function
_SHOP = ShopProfile(
    owner_id=_OWNERS[0],
    name="가게",
    industry_word="백반집",
    trade=Trade(category=IndustryCategory.FOOD, word="백반집"),
    region=Region.of("서울", "중구"),
    updated_at=SystemClock().now(),
)


class _Refusing:
    """A queue that is down."""

    async def send(self, queue: str, messages: Sequence[Message]) -> None:  # noqa: ARG002 - the port's
        raise Unavailable("sqs", "down")


@dataclass
class Life:
    """Everything that events live in. `made` counts those that were created."""

    database: Database
    embedder: Embedder
    made: int = 0

    def __post_init__(self) -> None:
        self.publisher = Publisher(PostgresOutbox(self.database), PostgresMessageQueue(self.database))
        self.recommendations = PostgresRecommendations(self.database)
        self.indexer = Indexer(PostgresCases(self.database), self.embedder, PgvectorIndex(self.database))
        self.queues = LocalQueues(self.database)

    async def create(self, events: int, queue: MessageQueue | None = None) -> float:
        """Makes events through the use case, and tells how many a second."""
        publisher = Publisher(self.publisher.outbox, queue) if queue else self.publisher
        clock = SystemClock()
        archive = Archive(MemoryAnswerBook(clock), self.recommendations)
        parts = PostgresShops(self.database), PostgresShopEvents(self.database)
        desk = EventDesk(*parts, archive, PostgresReceipts(self.database), publisher, clock)
        for owner_id in _OWNERS:
            await desk.shops.put(_SHOP.model_copy(update={"owner_id": owner_id}))
        numbers = iter(range(self.made, self.made + events))
        begun = time.perf_counter()
        await asyncio.gather(*(_create(desk, owner_id, numbers) for owner_id in _OWNERS))
        self.made += events
        return events / (time.perf_counter() - begun)

    async def embed(self, batch: int) -> float:
        """Receives and embeds until the queue is empty, and tells how many events a second."""

        async def embed(messages: Sequence[Message]) -> dict[str, str]:
            return await embed_events(messages, indexer=self.indexer)

        done, begun = 0, time.perf_counter()
        while received := await self.queues.receive(_QUEUE, limit=batch, visibility_seconds=360):
            response = await consume_batch({"Records": [each.record(_QUEUE) for each in received]}, embed)
            if response["batchItemFailures"]:
                raise RuntimeError("a benchmark of failures would mean nothing")
            await self.queues.delete(received)
            done += len(received)
        return done / (time.perf_counter() - begun)

    async def relay(self) -> float:
        """Empties the outbox as the schedule does, and tells how many messages a second."""
        await self.database.execute("UPDATE outbox SET due_at = now()")
        begun = time.perf_counter()
        relayed = await relay_outbox(
            publisher=self.publisher,
            stream=MemoryAnswerStream(MemoryAnswerBook(SystemClock())),
            recommendations=self.recommendations,
            deadline=Deadline(asyncio.get_running_loop().time() + 600),
        )
        return relayed.sent / (time.perf_counter() - begun)

    async def check(self) -> None:
        """Raises unless every event has one vector, and an owner finds theirs."""
        (row,) = await self.database.fetch("SELECT count(*) AS vectors FROM case_vectors")
        (query,) = await self.embedder.embed([f"단골 감사 {self.made - 1}"])
        namespace = namespace_of(IndustryCategory.FOOD, self.embedder.name)
        found = await self.indexer.index.search(namespace, query, CaseFilter(owner_id=_OWNERS[0]), 5)
        if row["vectors"] != self.made or not found:
            raise RuntimeError(f"{row['vectors']} vectors for {self.made} events, {len(found)} found")


async def _create(desk: EventDesk, owner_id: str, numbers: Iterator[int]) -> None:
    for number in numbers:
        wish = EventWish(title=f"단골 감사 {number}", prize="음료 1잔", participation="영수증 뒤에 이름을 적어 주세요")
        once = OnceKey.of(owner_id, "createEvent", str(number), {})
        await create_shop_event(owner_id, wish, choice=None, once=once, correlation_id=str(number), desk=desk)


@contextmanager
def _database() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "data") as dsn:
        migrate(dsn)
        make_tables(dsn)
        yield dsn


def _cost(fake: OpenAIFake, events: int) -> str:
    texts = [text for request in fake.requests for text in json.loads(request.body)["input"]]
    tokens = sum(map(count_tokens, texts)) / events
    usd = price_of("text-embedding-3-large").usd(Usage(input_tokens=round(tokens * 1_000_000))) / 1_000_000
    calls = len(fake.requests) / events * 100
    return f"{calls:6.1f} calls per 100 events   {tokens:4.0f} tokens and {usd:.2e} USD an event"


async def by_batch(dsn: str, batch: int, events: int) -> None:
    """Prints one row: everything through OpenAI, `batch` messages at a time."""
    with OpenAIFake() as fake:
        embedder = OpenAIEmbedder(api_key="sk-fake", base_url=fake.base_url, read_seconds=60)
        database = Database(dsn, size=len(_OWNERS))
        life = Life(database, embedder)
        await embedder.open()  # imports the SDK
        created = await life.create(events)
        embedded = await life.embed(batch)
        both = 1 / (1 / created + 1 / embedded)
        cost = _cost(fake, events)
        await life.check()
        await embedder.close()
        await database.close()
    print(
        f"  {batch:>4}   created {created:5.0f}/s  embedded {embedded:5.0f}/s  both {both:5.0f}/s   {cost}", flush=True
    )


async def by_size(dsn: str, blocks: int, block: int) -> None:
    """Prints a row for each further block of events, embedded by n-grams: our own work alone."""
    database = Database(dsn, size=len(_OWNERS), statement_seconds=60)
    life = Life(database, HashingEmbedder())
    for _ in range(blocks):
        there = life.made
        created, embedded = await life.create(block), await life.embed(50)
        print(f"  {there:>7} there   created {created:5.0f}/s  embedded {embedded:5.0f}/s", flush=True)
    await life.check()
    created = await life.create(block, _Refusing())
    print(f"  queue down        created {created:5.0f}/s  relayed  {await life.relay():5.0f}/s", flush=True)
    await database.close()


def main(events: int = 500, blocks: int = 6, block: int = 1000) -> None:
    """Each row over a database of its own."""
    print(f"create to embedded, by messages per batch ({events} events each, OpenAI over HTTP)", flush=True)
    for batch in _BATCHES:
        with _database() as dsn:
            asyncio.run(by_batch(dsn, batch, events))
    print(f"by what is there already ({block} further events each, n-grams, 50 messages per batch)", flush=True)
    with _database() as dsn:
        asyncio.run(by_size(dsn, blocks, block))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--blocks", type=int, default=6)
    parser.add_argument("--block", type=int, default=1000)
    options = parser.parse_args()
    print(machine())
    main(options.events, options.blocks, options.block)
