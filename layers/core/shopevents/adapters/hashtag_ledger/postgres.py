"""The ledger in the table `hashtag_ledger`."""

from collections.abc import Mapping

from shopevents.adapters.database.connection import Database
from shopevents.domain.hashtags import AskedTag


class PostgresHashtagLedger:
    """Entries of one Instagram account."""

    def __init__(self, database: Database, account_id: str) -> None:
        self._database = database
        self._account_id = account_id

    async def entries(self) -> Mapping[str, AskedTag]:
        rows = await self._database.fetch(
            "SELECT hashtag, hashtag_id, first_asked_at, last_asked_at FROM hashtag_ledger WHERE account_id = %s",
            (self._account_id,),
        )
        return {
            row["hashtag"]: AskedTag(row["first_asked_at"], row["last_asked_at"], row["hashtag_id"]) for row in rows
        }

    async def note(self, tag: str, asked: AskedTag) -> None:
        await self._database.execute(
            """
            INSERT INTO hashtag_ledger (account_id, hashtag, hashtag_id, first_asked_at, last_asked_at)
            VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (account_id, hashtag) DO UPDATE SET hashtag_id = excluded.hashtag_id,
                first_asked_at = excluded.first_asked_at, last_asked_at = excluded.last_asked_at
            """,
            (self._account_id, tag, asked.hashtag_id, asked.first_asked_at, asked.last_asked_at),
        )
