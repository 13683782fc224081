"""The table `idempotency_keys`."""

from typing import Any

from shopevents.adapters.database.connection import Database
from shopevents.domain.effects import OnceKey
from shopevents.domain.errors import Conflict


class PostgresReceipts:
    """Reads receipts; writers of other rows write them (`adapters/database/effects.py`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, once: OnceKey) -> dict[str, Any] | None:
        rows = await self._database.fetch(
            "SELECT fingerprint, outcome FROM idempotency_keys WHERE user_id = %s AND operation = %s AND key = %s",
            (once.owner_id, once.operation, once.key),
        )
        if not rows:
            return None
        if rows[0]["fingerprint"] != once.fingerprint:
            raise Conflict("같은 Idempotency-Key로 다른 내용의 요청이 이미 처리되었습니다.")
        outcome: dict[str, Any] = rows[0]["outcome"]
        return outcome
