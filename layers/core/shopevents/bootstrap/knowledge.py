"""Wiring of what plans stand on: the vector index, the database and its statistics, and the queues.

These import drivers: to be imported where that is wanted, which is not on the way of a cached answer.
"""

from functools import cache

from shopevents.adapters.database.connection import Database
from shopevents.adapters.market_statistics.none import NoMarketStatistics
from shopevents.adapters.market_statistics.postgres import PostgresMarketStatistics
from shopevents.adapters.message_queue.memory import MemoryMessageQueue
from shopevents.adapters.message_queue.postgres import PostgresMessageQueue
from shopevents.adapters.message_queue.sqs import SqsMessageQueue
from shopevents.adapters.vector_index.packaged import PackagedIndex
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.ports.embedder import Embedder
from shopevents.ports.market_statistics import MarketStatistics
from shopevents.ports.message_queue import MessageQueue
from shopevents.ports.vector_index import VectorIndex
from shopevents.settings.backends import PineconeSettings, QueueSettings, StageSettings
from shopevents.settings.database import DatabaseSettings


@cache
def database(url: str) -> Database:
    """The container's connections to a database."""
    return Database(url)


def vector_index(pinecone: PineconeSettings, postgres: DatabaseSettings, embedder: Embedder) -> VectorIndex:
    """Pinecone, else pgvector in the given database, else the packaged catalog in memory."""
    if pinecone.is_given and pinecone.pinecone_api_key:
        return PineconeIndex(
            api_key=pinecone.pinecone_api_key.get_secret_value(),
            host=pinecone.pinecone_host,
            index=pinecone.pinecone_index,
            control_url=pinecone.pinecone_base_url,
        )
    if postgres.url is not None:
        return PgvectorIndex(database(postgres.url))
    return PackagedIndex(packaged_cases(), embedder)


def market_statistics(postgres: DatabaseSettings, stage: StageSettings) -> MarketStatistics:
    """What the crawlers stored, or nothing without a database. Recorded samples are only told locally."""
    if postgres.url is None:
        return NoMarketStatistics()
    return PostgresMarketStatistics(database(postgres.url), samples=stage.is_local)


def message_queue(queues: QueueSettings) -> MessageQueue:
    """SQS, or the local stack's tables, or, where nobody listens, this container's memory."""
    if queues.queue_urls:
        return SqsMessageQueue(queues.queue_urls)
    if queues.local_queue_database_url is not None:
        return PostgresMessageQueue(database(queues.local_queue_database_url.get_secret_value()))
    return MemoryMessageQueue()
