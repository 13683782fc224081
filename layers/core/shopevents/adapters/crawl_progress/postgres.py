"""Progress in the table `crawl_cursors`."""

from collections.abc import Mapping
from datetime import date

from psycopg.types.json import Jsonb

from shopevents.adapters.database.connection import Database
from shopevents.ports.crawl_progress import Place

# No query waits longer for its turn; the table's older days need not be read.
_REMEMBERED_DAYS = 60


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
            """
            INSERT INTO crawl_cursors (source, crawl_day, query, cursor, finished) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (source, crawl_day, query)
            DO UPDATE SET cursor = excluded.cursor, finished = excluded.finished, updated_at = now()
            """,
            (source, day, query, Jsonb({"next": place.cursor, "pages": place.pages}), place.finished),
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
