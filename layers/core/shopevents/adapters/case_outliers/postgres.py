"""Marks in the column `events.outlier`."""

from collections.abc import Collection

from shopevents.adapters.database.connection import Database
from shopevents.domain.vocabulary import IndustryCategory


class PostgresCaseOutliers:
    """Observed ROIs come from the report that a case's numbers come from, published ones from the case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rois(self, industry: IndustryCategory) -> dict[str, float]:
        rows = await self._database.fetch(
            """
            SELECT events.id, coalesce(measured.actual_roi, events.expected_roi)::float8 AS roi FROM events
            LEFT JOIN event_performance AS measured ON measured.id = events.measured_by
            WHERE industry = %s AND withdrawn_at IS NULL AND provenance IN ('observed', 'published')
                AND CASE provenance WHEN 'observed' THEN measured.actual_roi ELSE expected_roi END IS NOT NULL
            """,
            (industry,),
        )
        return {row["id"]: row["roi"] for row in rows}

    async def mark(self, industry: IndustryCategory, outliers: Collection[str]) -> int:
        rows = await self._database.fetch(
            """
            UPDATE events SET outlier = (id = ANY(%(outliers)s))
            WHERE industry = %(industry)s AND outlier <> (id = ANY(%(outliers)s)) RETURNING id
            """,
            {"industry": industry, "outliers": list(outliers)},
        )
        return len(rows)
