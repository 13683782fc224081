"""Progress in the table `crawl_cursors`."""

from collections.abc import Mapping
from datetime import date
from typing import LiteralString

from psycopg.types.json import Jsonb

from shopevents.adapters.database.connection import Database
from shopevents.domain.crawls import DAY_ENDED, FORGOTTEN
from shopevents.ports.crawl_progress import Place

# No query waits longer for its turn; the table's older days need not be read.
_REMEMBERED_DAYS = 60
_INSERT: LiteralString = (
    "INSERT INTO crawl_cursors (source, crawl_day, query, cursor, finished) VALUES (%s, %s, %s, %s, %s)"
)


class PostgresCrawlProgress:
    """One row per source, day and query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def places(self, source: str, day: date) -> Mapping[str, Place]:
        rows = await self._database.fetch(
            "SELECT query, cursor, finished FROM crawl_cursors WHERE source = %s AND crawl_day = %s", (source, day)
        )
        return {
            row["query"]: Place(row["cursor"].get("next"), row["cursor"].get("pages", 0), row["finished"])
            for row in rows
        }

    async def save(self, source: str, day: date, query: str, place: Place) -> None:
        await self._database.execute(
            _INSERT + " ON CONFLICT (source, crawl_day, query)"
            " DO UPDATE SET cursor = excluded.cursor, finished = excluded.finished, updated_at = now()",
            _row_of(source, day, query, place),
        )

    async def last_finished(self, source: str) -> Mapping[str, date]:
        rows = await self._database.fetch(
            """
            SELECT query, max(crawl_day) AS day FROM crawl_cursors
            WHERE source = %(source)s AND finished
                AND crawl_day > (SELECT max(crawl_day) FROM crawl_cursors WHERE source = %(source)s) - %(days)s
            GROUP BY query
            """,
            {"source": source, "days": _REMEMBERED_DAYS},
        )
        return {row["query"]: row["day"] for row in rows}

    async def forget(self, source: str, day: date, *, since: date) -> int:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "DELETE FROM crawl_cursors WHERE source = %s AND crawl_day >= %s RETURNING crawl_day, query, cursor",
                (source, since),
            )
            gone = await cursor.fetchall()
            pages = sum(row["cursor"].get("pages", 0) for row in gone if row["crawl_day"] == day)
            if pages:
                await connection.execute(_INSERT, _row_of(source, day, FORGOTTEN, Place(None, pages, finished=True)))
        return sum(row["query"] not in {DAY_ENDED, FORGOTTEN} for row in gone)


def _row_of(source: str, day: date, query: str, place: Place) -> tuple[object, ...]:
    return source, day, query, Jsonb({"next": place.cursor, "pages": place.pages}), place.finished
