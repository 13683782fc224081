"""The two processes of an event's life, to be killed at any moment: a client that asks, and a worker that carries out.

They use the product's use cases over a real PostgreSQL and the local stack's queues.
"""

import asyncio
from collections.abc import Sequence

from local.queues import LocalQueues, Received
from shopevents.adapters.answer_book.memory import MemoryAnswerBook
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.controls.memory import MemoryControls
from shopevents.adapters.database.connection import Database
from shopevents.adapters.message_queue.postgres import PostgresMessageQueue
from shopevents.adapters.outbox.postgres import PostgresOutbox
from shopevents.adapters.performances.postgres import PostgresPerformances
from shopevents.adapters.receipts.postgres import PostgresReceipts
from shopevents.adapters.recommendations.postgres import PostgresRecommendations
from shopevents.adapters.shop_events.postgres import PostgresShopEvents
from shopevents.adapters.shops.postgres import PostgresShops
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.batch import consume_batch
from shopevents.domain.answers import WrittenAnswer
from shopevents.domain.effects import OnceKey
from shopevents.domain.event_wishes import Choice, Counted, EventWish
from shopevents.domain.messages import Message
from shopevents.domain.vocabulary import Slot
from shopevents.use_cases.create_shop_event import EventDesk, create_shop_event
from shopevents.use_cases.embed_events import Indexer, embed_events
from shopevents.use_cases.publish import Publisher, send_all
from shopevents.use_cases.record_performance import record_performance
from shopevents.use_cases.reopen_recommendations import Archive
from shopevents.use_cases.report_performance import report_performance
from tests.adapters.embedder import CountingEmbedder
from tests.contract.answers import answer

OWNER = "owner-1"
_VISIBILITY_SECONDS = 0.5
_IDLE_SECONDS = 0.01


def ask(dsn: str, lives: int) -> None:
    """For each life: a recommendation, an event chosen from it, a result. Begins at the beginning every time, with the
    same keys, as a client does that has not seen its answers."""
    asyncio.run(_ask(dsn, lives))


def carry_out(dsn: str) -> None:
    """Relays and consumes until it is killed."""
    asyncio.run(_carry_out(dsn))


async def _ask(dsn: str, lives: int) -> None:
    database, clock = Database(dsn), SystemClock()
    recommendations = PostgresRecommendations(database)
    desk = EventDesk(
        shops=PostgresShops(database),
        shop_events=PostgresShopEvents(database),
        archive=Archive(MemoryAnswerBook(clock), recommendations),
        receipts=PostgresReceipts(database),
        publisher=Publisher(PostgresOutbox(database), PostgresMessageQueue(database)),
        clock=clock,
    )
    for number in range(lives):
        name = f"rec-{number}"
        await recommendations.record([WrittenAnswer(answer=answer(name))], [])
        tracked = await create_shop_event(
            OWNER,
            EventWish(title=f"이벤트 {number}"),
            choice=Choice(recommendation_id=name, option=Slot.LOW_ONLINE),
            once=OnceKey.of(OWNER, "create_event", name, {"recommendationId": name}),
            correlation_id=name,
            desk=desk,
        )
        await report_performance(
            tracked.shop_event.event_id,
            OWNER,
            Counted(actual_participants=80, actual_cost=240_000, actual_roi=number),
            once=OnceKey.of(OWNER, "report_performance", name, {"roi": number}),
            correlation_id=name,
            desk=desk,
            performances=PostgresPerformances(database),
        )
    await database.close()


async def _carry_out(dsn: str) -> None:
    database = Database(dsn)
    queues = LocalQueues(database)
    publisher = Publisher(PostgresOutbox(database), PostgresMessageQueue(database))
    indexer = Indexer(PostgresCases(database), CountingEmbedder(), PgvectorIndex(database))
    controls, clock = MemoryControls(), SystemClock()

    async def record(messages: Sequence[Message]) -> dict[str, str]:
        return await record_performance(
            messages,
            performances=PostgresPerformances(database),
            indexer=indexer,
            controls=controls,
            clock=clock,
        )

    async def embed(messages: Sequence[Message]) -> dict[str, str]:
        return await embed_events(messages, indexer=indexer)

    consumers = {"embed_events": embed, "record_performance": record}
    while True:
        # In production a relay waits 30 s and then a minute; here it is always time.
        await database.execute("UPDATE outbox SET due_at = now()")
        await send_all([claimed.outgoing for claimed in await publisher.outbox.claim(10)], publisher=publisher)
        for queue, consumer in consumers.items():
            received = await queues.receive(queue, limit=5, visibility_seconds=_VISIBILITY_SECONDS)
            response = await consume_batch({"Records": [each.record(queue) for each in received]}, consumer)
            await _settle(queues, received, {item["itemIdentifier"] for item in response["batchItemFailures"]})
        await asyncio.sleep(_IDLE_SECONDS)


async def _settle(queues: LocalQueues, received: Sequence[Received], failed: set[str]) -> None:
    await queues.delete([each for each in received if each.message_id not in failed])
    await queues.change_visibility([each for each in received if each.message_id in failed], 0)
