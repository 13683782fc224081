"""Answers in the table `ai_recommendations`."""

from collections.abc import Sequence

from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.effects import add_feedback
from shopevents.adapters.recommendations.rows import insert_records
from shopevents.domain.answers import Answer, WrittenAnswer
from shopevents.domain.effects import Feedback
from shopevents.domain.paging import Page, Place


class PostgresRecommendations:
    """Keeps every answer's full record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, records: Sequence[WrittenAnswer], feedback: Sequence[Feedback]) -> None:
        async with self._database.transaction() as connection:
            await insert_records(connection, records)
            await add_feedback(connection, feedback)

    async def find(self, recommendation_id: str, owner_id: str) -> WrittenAnswer | None:
        rows = await self._database.fetch(
            "SELECT recommendation_data FROM ai_recommendations WHERE id = %s AND user_id = %s",
            (recommendation_id, owner_id),
        )
        return WrittenAnswer.model_validate(rows[0]["recommendation_data"]) if rows else None

    async def list(self, owner_id: str, after: Place | None, limit: int) -> Page[Answer]:
        rows = await self._database.fetch(
            """
            SELECT id, created_at, recommendation_data -> 'answer' AS answer FROM ai_recommendations
            WHERE user_id = %(owner_id)s AND (%(id)s::text IS NULL OR (created_at, id) < (%(created_at)s, %(id)s))
            ORDER BY created_at DESC, id DESC LIMIT %(limit)s
            """,
            {
                "owner_id": owner_id,
                "created_at": after and after.created_at,
                "id": after and after.row_id,
                "limit": limit + 1,
            },
        )
        answers = tuple(Answer.model_validate(row["answer"]) for row in rows[:limit])
        more = len(rows) > limit
        return Page(answers, Place(rows[limit - 1]["created_at"], rows[limit - 1]["id"]).cursor() if more else None)
