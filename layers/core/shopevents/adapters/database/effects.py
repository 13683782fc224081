"""Writes what commits together with a business row."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from shopevents.adapters.database.connection import Connection
from shopevents.domain.effects import Effects, Feedback, Outgoing, Receipt
from shopevents.ports.outbox import RELAY_AFTER_SECONDS
from shopevents.ports.receipts import RECEIPTS_KEPT_DAYS


async def know_owners(connection: Connection, owner_ids: Iterable[str]) -> None:
    """Makes sure of the rows that everything of an owner's refers to, and that nobody erases an owner meanwhile: what
    follows in the transaction sees the erasure, or comes before it. In order, so that two can't deadlock."""
    owners = sorted(set(owner_ids))
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO users (id) VALUES (%s) ON CONFLICT DO NOTHING", [(owner_id,) for owner_id in owners]
        )
    await connection.execute("SELECT FROM users WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", (owners,))


async def is_first_time(connection: Connection, receipt: Receipt | None) -> bool:
    """Takes the receipt's key, or tells that it is taken. While another transaction is at it, waits for its end.
    The owner's old receipts go at this occasion."""
    if receipt is None:
        return True
    once = receipt.once
    await connection.execute(
        "DELETE FROM idempotency_keys WHERE user_id = %s AND created_at < now() - make_interval(days => %s)",
        (once.owner_id, RECEIPTS_KEPT_DAYS),
    )
    cursor = await connection.execute(
        "INSERT INTO idempotency_keys (user_id, operation, key, fingerprint, outcome) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (once.owner_id, once.operation, once.key, once.fingerprint, Jsonb(receipt.outcome)),
    )
    return cursor.rowcount == 1


async def add_effects(connection: Connection, effects: Effects) -> None:
    """Adds messages and feedback. The receipt comes first, by `is_first_time`."""
    await add_messages(connection, effects.messages)
    await add_feedback(connection, effects.feedback)


async def add_messages(connection: Connection, messages: Sequence[Outgoing]) -> None:
    """Puts messages into the outbox, due for a relay when their writer has had its time to send them."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO outbox (message_id, queue, message, due_at)"
            " VALUES (%(message_id)s, %(queue)s, %(message)s, now() + make_interval(secs => %(seconds)s))",
            [
                {
                    "message_id": outgoing.message.message_id,
                    "queue": outgoing.queue,
                    "message": outgoing.message.model_dump_json(),
                    "seconds": RELAY_AFTER_SECONDS,
                }
                for outgoing in messages
            ],
        )


async def add_feedback(connection: Connection, feedback: Sequence[Feedback]) -> None:
    """Keeps each occurrence once; none of before its owner had everything erased."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            """
            INSERT INTO feedback (user_id, recommendation_id, kind, option, event_id, reason, field, before, after,
                                  occurrence, created_at)
            SELECT %(owner_id)s, %(recommendation_id)s, %(kind)s, %(option)s, %(event_id)s, %(reason)s, %(field)s,
                   %(before)s, %(after)s, %(occurrence)s, %(given_at)s
            WHERE NOT EXISTS (SELECT FROM users WHERE id = %(owner_id)s AND erased_at >= %(given_at)s)
            ON CONFLICT (occurrence) DO NOTHING
            """,
            [_feedback_row(each) for each in sorted(feedback, key=lambda each: each.occurrence)],
        )


def _feedback_row(feedback: Feedback) -> dict[str, Any]:
    row: dict[str, Any] = feedback.model_dump(mode="json", exclude={"given_at"})
    given_at: datetime = feedback.given_at
    return row | {"given_at": given_at}
