"""The table `outbox`."""

from collections.abc import Collection

from shopevents.adapters.database.connection import Database
from shopevents.domain.effects import Outgoing
from shopevents.domain.messages import Message
from shopevents.ports.outbox import Claimed

# How long a claimed message stays with its relay; twice as long with each attempt, up to 64 times.
_LEASE_SECONDS = 60


class PostgresOutbox:
    """Messages by rows. Relays that claim at once skip each other's rows, and hold no lock while they send."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, limit: int) -> list[Claimed]:
        rows = await self._database.fetch(
            """
            UPDATE outbox SET attempts = attempts + 1,
                   due_at = now() + make_interval(secs => %(lease)s * 2 ^ least(attempts, 6))
            WHERE id IN (SELECT id FROM outbox WHERE due_at <= now() ORDER BY due_at, id LIMIT %(limit)s
                         FOR UPDATE SKIP LOCKED)
            RETURNING id, queue, message, attempts
            """,
            {"lease": _LEASE_SECONDS, "limit": limit},
        )
        return [
            Claimed(Outgoing(row["queue"], Message.model_validate(row["message"])), row["attempts"])
            for row in sorted(rows, key=lambda row: row["id"])
        ]

    async def forget(self, message_ids: Collection[str]) -> None:
        await self._database.execute("DELETE FROM outbox WHERE message_id = ANY(%s)", (list(message_ids),))
