"""Queues in tables of the local stack's PostgreSQL (`local/migrations`): they survive a kill."""

from collections.abc import Sequence

from shopevents.adapters.database.connection import Database
from shopevents.domain.messages import Message


class PostgresMessageQueue:
    """Sends; the local stack receives (`local/queues.py`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, queue: str, messages: Sequence[Message]) -> None:
        bodies = [message.model_dump_json() for message in messages]
        await self._database.execute(
            "INSERT INTO local_messages (queue, body) SELECT %s, unnest(%s::text[])", (queue, bodies)
        )
