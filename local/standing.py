"""How things stand in the local stack's stores: queues, dead letters, what waits, what there is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, LiteralString

from local.queues import Depth, LocalQueues
from local.wiring import Wiring
from shopevents.adapters.answer_book.redis import STREAM_KEY
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.quarantine import QuarantineCount

_MOST_DEAD_LETTERS = 20
_EMPTY = Depth(waiting=0, in_flight=0)

_COUNTS: dict[str, LiteralString] = {
    "shops": "SELECT count(*) AS n FROM stores",
    "recommendations": "SELECT count(*) AS n FROM ai_recommendations",
    "performance reports": "SELECT count(*) AS n FROM event_performance",
    "vectors": "SELECT count(*) AS n FROM case_vectors",
    "in the outbox": "SELECT count(*) AS n FROM outbox",
    "raw documents": "SELECT count(*) AS n FROM raw_documents",
    "documents not yet curated": "SELECT count(*) AS n FROM raw_documents WHERE curated_at IS NULL",
    "in quarantine": "SELECT count(*) AS n FROM quarantine WHERE released_at IS NULL",
}
_EVENTS = "SELECT provenance, count(*) AS n FROM events WHERE withdrawn_at IS NULL GROUP BY provenance ORDER BY 1"
_CRAWLS = """
    SELECT DISTINCT ON (source) source, crawl_day::text AS day, count(*) OVER whole AS queries,
           count(*) FILTER (WHERE finished) OVER whole AS finished, max(updated_at) OVER whole AS last
    FROM crawl_cursors WINDOW whole AS (PARTITION BY source, crawl_day) ORDER BY source, crawl_day DESC
"""
_DEAD = """
    SELECT queue, message_id::text, body::jsonb ->> 'kind' AS kind, body::jsonb ->> 'correlation_id' AS correlation_id,
           sent_at, last_failure
    FROM local_messages WHERE dead_from IS NOT NULL ORDER BY sent_at DESC, id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStanding:
    """One of the template's queues. `dead` is how many messages it gave up."""

    queue: str
    waiting: int
    in_flight: int
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up: what it was about, never what it said."""

    queue: str
    message_id: str
    kind: str | None
    correlation_id: str | None
    sent_at: datetime
    last_failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that `python -m local status` shows. `stream` is None where no Redis answers."""

    queues: Sequence[QueueStanding]
    dead_letters: Sequence[DeadLetter]
    stream: int | None
    events: Mapping[str, int]
    counts: Mapping[str, int]
    crawls: Sequence[Mapping[str, Any]]
    quarantine: Sequence[QuarantineCount]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


async def standing(wiring: Wiring, environment: Mapping[str, str]) -> Standing:
    """How things stand now. Raises Unavailable."""
    database = Database(environment["LOCAL_QUEUE_DATABASE_URL"], name="local-status")
    try:
        return Standing(
            queues=await _queues(wiring, database),
            dead_letters=[DeadLetter(**row) for row in await database.fetch(_DEAD, [_MOST_DEAD_LETTERS])],
            stream=await _stream(environment.get("REDIS_URL")),
            events={row["provenance"]: row["n"] for row in await database.fetch(_EVENTS)},
            counts={name: (await database.fetch(query))[0]["n"] for name, query in _COUNTS.items()},
            crawls=await database.fetch(_CRAWLS),
            quarantine=await PostgresQuarantine(database).counts(),
        )
    finally:
        await database.close()


async def _queues(wiring: Wiring, database: Database) -> list[QueueStanding]:
    depths = await LocalQueues(database).depths()
    shown = []
    for queue in (source.queue for source in wiring.sources):
        depth, dead = depths.get(queue.name, _EMPTY), _EMPTY
        if queue.redrive:
            dead = depths.get(queue.redrive.dead_letters, _EMPTY)
        numbers = {"waiting": depth.waiting, "in_flight": depth.in_flight, "dead": dead.waiting + dead.in_flight}
        shown.append(QueueStanding(queue=queue.name, **numbers))
    return shown


async def _stream(url: str | None) -> int | None:
    """How many answers wait in Redis for their row."""
    if url is None:
        return None
    connection = RedisConnection(url, clock=SystemClock())
    try:
        return int(await connection.run(lambda client: client.execute_command("XLEN", STREAM_KEY)))
    finally:
        await connection.client.aclose()
