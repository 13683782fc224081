"""Quarantine in the table of that name."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from psycopg.types.json import Jsonb
from pydantic_core import to_json

from shopevents.adapters.database.connection import Connection, Database
from shopevents.domain.posts import SetAside
from shopevents.ports.quarantine import QuarantineCount, QuarantinedDocument

_LONGEST_REASON = 200


class PostgresQuarantine:
    """A failure's fingerprint is of its document, place and reason: met again, it is the same open entry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, document_id: str, source: str, aside: Sequence[SetAside]) -> None:
        rows = [_row(document_id, source, one) for one in aside if one.reason.is_failure]
        async with self._database.transaction() as connection:
            await _release(connection, document_id, [row["fingerprint"] for row in rows])
            async with connection.cursor() as cursor:
                await cursor.executemany(_KEEP, rows)
            await connection.execute("UPDATE raw_documents SET curated_at = now() WHERE id = %s", (document_id,))

    async def counts(self) -> list[QuarantineCount]:
        rows = await self._database.fetch(
            """
            SELECT source, split_part(reason, ':', 1) AS reason, count(*) AS records, min(quarantined_at) AS oldest
            FROM quarantine WHERE released_at IS NULL GROUP BY 1, 2 ORDER BY records DESC, 1, 2
            """,
            (),
        )
        return [QuarantineCount(**row) for row in rows]

    async def documents(self, reasons: Collection[str], limit: int) -> list[QuarantinedDocument]:
        rows = await self._database.fetch(
            """
            SELECT document_id, source FROM quarantine
            WHERE released_at IS NULL AND document_id IS NOT NULL
                AND (%(any)s OR split_part(reason, ':', 1) = ANY(%(reasons)s))
            GROUP BY document_id, source ORDER BY min(quarantined_at), document_id LIMIT %(limit)s
            """,
            {"any": not reasons, "reasons": list(reasons), "limit": limit},
        )
        return [QuarantinedDocument(row["document_id"], row["source"]) for row in rows]


_KEEP = """
    INSERT INTO quarantine (source, document_id, reason, record, fingerprint)
    VALUES (%(source)s, %(document_id)s, %(reason)s, %(record)s, %(fingerprint)s)
    ON CONFLICT (fingerprint) DO UPDATE SET released_at = NULL
"""


async def _release(connection: Connection, document_id: str, still: list[str]) -> None:
    await connection.execute(
        """
        UPDATE quarantine SET released_at = now()
        WHERE document_id = %s AND released_at IS NULL AND fingerprint <> ALL(%s)
        """,
        (document_id, still),
    )


def _row(document_id: str, source: str, one: SetAside) -> dict[str, Any]:
    record = dict(one.record)
    named = to_json([document_id, source, one.reason.value, sorted(record.items())])
    return {
        "source": source,
        "document_id": document_id,
        "reason": one.sentence[:_LONGEST_REASON],
        "record": Jsonb(record),
        "fingerprint": hashlib.sha256(named).hexdigest(),
    }
