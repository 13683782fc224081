"""Queues of the local stack, received from as SQS is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate

_RECEIVE = """
    UPDATE local_messages
    SET receive_count = receive_count + 1, receipt = gen_random_uuid(),
        visible_at = clock_timestamp() + make_interval(secs => %(visibility)s),
        first_received_at = coalesce(first_received_at, clock_timestamp())
    WHERE id IN (SELECT id FROM local_messages WHERE queue = %(queue)s AND visible_at <= clock_timestamp()
                 ORDER BY visible_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING message_id::text, receipt::text, body, receive_count, sent_at, first_received_at
"""
# As SQS does it: a message that was received often enough goes to the dead letters when it is due once more.
_GIVE_UP = """
    UPDATE local_messages
    SET queue = %(dead_letters)s, dead_from = queue, receive_count = 0, receipt = NULL, visible_at = clock_timestamp()
    WHERE id IN (SELECT id FROM local_messages WHERE queue = %(queue)s AND visible_at <= clock_timestamp()
                 AND receive_count >= %(attempts)s FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Redrive:
    """After how many receives (`maxReceiveCount`) a message goes to which queue."""

    dead_letters: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is invisible to others until its visibility ends. `receipt` is for this receive only."""

    message_id: str
    receipt: str
    body: str
    receive_count: int
    sent_at: datetime
    first_received_at: datetime

    def record(self, queue: str) -> dict[str, Any]:
        """As Lambda gets it, one of `Records`."""
        return {
            "messageId": self.message_id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "attributes": {
                "ApproximateReceiveCount": str(self.receive_count),
                "SentTimestamp": str(int(self.sent_at.timestamp() * 1000)),
                "ApproximateFirstReceiveTimestamp": str(int(self.first_received_at.timestamp() * 1000)),
                "SenderId": "local",
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:ap-northeast-2:000000000000:{queue}",
            "awsRegion": "ap-northeast-2",
        }


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages of a queue wait, and how many are in somebody's hands or delayed."""

    waiting: int
    in_flight: int


def make_tables(dsn: str) -> tuple[str, ...]:
    """Makes the queues' tables where they are missing."""
    folder = Path(str(resources.files("local").joinpath("migrations")))
    return migrate(dsn, folder=folder)


class LocalQueues:
    """Receives from queues that `adapters/message_queue/postgres.py` sends to. Any number may receive at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(
        self, queue: str, *, limit: int, visibility_seconds: float, redrive: Redrive | None = None
    ) -> list[Received]:
        """At most `limit` due messages, invisible to others for `visibility_seconds`. Does not wait for more."""
        async with self._database.transaction() as connection:
            if redrive:
                parameters = {"queue": queue, "dead_letters": redrive.dead_letters, "attempts": redrive.attempts}
                await connection.execute(_GIVE_UP, parameters)
            cursor = await connection.execute(
                _RECEIVE, {"queue": queue, "limit": limit, "visibility": visibility_seconds}
            )
            return [Received(**row) for row in await cursor.fetchall()]

    async def delete(self, received: Sequence[Received]) -> int:
        """They are done: tells how many were still ours. One that came to somebody else meanwhile stays."""
        return await self._database.execute(
            "DELETE FROM local_messages WHERE receipt = ANY(%s::uuid[])", ([each.receipt for each in received],)
        )

    async def change_visibility(self, received: Sequence[Received], seconds: float) -> int:
        """Makes them visible `seconds` from now (0: at once, for another try): tells how many were still ours."""
        return await self._database.execute(
            "UPDATE local_messages SET visible_at = clock_timestamp() + make_interval(secs => %s)"
            " WHERE receipt = ANY(%s::uuid[])",
            (seconds, [each.receipt for each in received]),
        )

    async def release(self) -> int:
        """Makes everything visible that an earlier stack held when it ended: to be called before anybody receives."""
        return await self._database.execute(
            "UPDATE local_messages SET visible_at = clock_timestamp() WHERE receipt IS NOT NULL"
        )

    async def note_failure(self, message_ids: Sequence[str], reason: str) -> None:
        """Keeps why messages failed the last time, for whoever looks at the dead letters."""
        await self._database.execute(
            "UPDATE local_messages SET last_failure = %s WHERE message_id = ANY(%s::uuid[])",
            (reason, list(message_ids)),
        )

    async def depths(self) -> Mapping[str, Depth]:
        """Every queue that holds anything."""
        rows = await self._database.fetch(
            "SELECT queue, count(*) FILTER (WHERE visible_at <= clock_timestamp()) AS waiting,"
            " count(*) FILTER (WHERE visible_at > clock_timestamp()) AS in_flight FROM local_messages GROUP BY queue"
        )
        return {row["queue"]: Depth(row["waiting"], row["in_flight"]) for row in rows}

    async def redrive(self, dead_letters: str) -> int:
        """Sends dead letters back to the queues that gave them up and tells how many."""
        return await self._database.execute(
            "UPDATE local_messages SET queue = dead_from, dead_from = NULL, receive_count = 0, receipt = NULL,"
            " visible_at = clock_timestamp() WHERE queue = %s AND dead_from IS NOT NULL",
            (dead_letters,),
        )
