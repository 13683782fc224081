"""Rows of which the quality report and the learning tell something, planted without the product's own writers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from psycopg.sql import SQL, Identifier, Placeholder

from shopevents.adapters.database.connection import Database

NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # of a Wednesday in Seoul


class Rows:
    """Plants rows; what a test does not say is the same everywhere."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers = iter(range(1, 1000))

    async def ask(self, **said: Any) -> str:
        """A recommendation; tells its id."""
        usual = {
            "id": f"rec-{next(self._numbers)}",
            "user_id": "owner-1",
            "recommendation_data": "{}",
            "purpose": "매출증대",
            "industry": "음식점",
            "location_city": "서울",
            "season": "가을",
            "source": "claude",
            "prompt_variant": "default",
            "cache_hit": False,
            "seconds": 4.0,
            "created_at": NOON,
        }
        return await self._insert("ai_recommendations", usual | said)

    async def choose(self, recommendation_id: str, option: str, *, withdrawn: bool = False, **said: Any) -> str:
        """An option of it becomes an event; tells the event's id."""
        budget, event_type = option.split("-")
        usual = {
            "id": f"evt-{next(self._numbers)}",
            "user_id": "owner-1",
            "title": "단골 감사",
            "participation": "계산할 때 말씀해 주세요",
            "mechanic": "coupon",
            "event_type": event_type,
            "budget": budget,
            "industry": "음식점",
            "location_city": "서울",
            "provenance": "planned",
            "recommendation_id": recommendation_id,
            "option": option,
            "withdrawn_at": NOON if withdrawn else None,
        }
        event_id = await self._insert("events", usual | said)
        await self._database.execute(
            "UPDATE ai_recommendations SET event_id = %s, selected_option = %s WHERE id = %s AND event_id IS NULL",
            (event_id, option, recommendation_id),
        )
        await self._database.execute(
            "INSERT INTO feedback (user_id, recommendation_id, kind, option, event_id, occurrence)"
            " VALUES ('owner-1', %s, 'chosen', %s, %s, %s)",
            (recommendation_id, option, event_id, f"chosen:{event_id}"),
        )
        return event_id

    async def measure(
        self,
        event_id: str,
        roi: float,
        participants: float = 0.1,
        cost: float = 0.05,
        *,
        at: datetime = NOON,
        counted: Mapping[str, float] | None = None,
    ) -> None:
        """A report with its errors, which from now on counts. `counted`: what the owner reported, where it matters."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                INSERT INTO event_performance (event_id, sequence, actual_participants, actual_cost, actual_roi,
                    completed_at, roi_error, participants_error, cost_error, compared_at)
                SELECT %(id)s::varchar, 1 + count(*), %(people)s, %(won)s, %(percent)s, %(at)s, %(roi)s, %(participants)s, %(cost)s, %(at)s
                FROM event_performance WHERE event_id = %(id)s::varchar
                RETURNING id
                """,
                {"people": 80, "won": 250_000, "percent": 150.0}
                | {"id": event_id, "at": at, "roi": roi, "participants": participants, "cost": cost}
                | dict(counted or {}),
            )
            (report,) = await cursor.fetchall()
            await connection.execute(
                "UPDATE events SET measured_by = %s, provenance = 'observed' WHERE id = %s", (report["id"], event_id)
            )

    async def _insert(self, table: str, row: dict[str, Any]) -> str:
        statement = SQL("INSERT INTO {} ({}) VALUES ({})").format(
            Identifier(table), SQL(", ").join(map(Identifier, row)), SQL(", ").join(map(Placeholder, row))
        )
        await self._database.execute(statement, row)
        return str(row["id"])
