"""Measured events, with the report that counts."""

from collections.abc import Sequence
from typing import LiteralString

from shopevents.adapters.database.connection import Database
from shopevents.domain.calibration import ObservedResult
from shopevents.domain.industries import classify_industry
from shopevents.domain.shops import Trade
from shopevents.domain.vocabulary import Budget, EventType, IndustryCategory, Mechanic

_LATEST: LiteralString = """
    SELECT events.industry, events.business_type, events.budget, events.event_type, events.mechanic,
           performance.actual_participants, performance.actual_cost, performance.actual_roi
    FROM events JOIN event_performance AS performance ON performance.id = events.measured_by
    WHERE events.provenance = 'observed' AND NOT events.outlier AND events.withdrawn_at IS NULL
      AND events.budget IS NOT NULL AND events.event_type IS NOT NULL
    ORDER BY performance.completed_at DESC LIMIT %s
"""


class PostgresObservedResults:
    """Reads `events` with `event_performance`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, limit: int) -> Sequence[ObservedResult]:
        """See the port."""
        return [
            ObservedResult(
                trade=_trade(IndustryCategory(row["industry"]), row["business_type"]),
                budget=Budget(row["budget"]),
                event_type=EventType(row["event_type"]),
                mechanic=Mechanic(row["mechanic"]),
                participants=row["actual_participants"],
                cost=row["actual_cost"],
                roi=row["actual_roi"],
            )
            for row in await self._database.fetch(_LATEST, (limit,))
        ]


def _trade(industry: IndustryCategory, word: str | None) -> Trade:
    """The trade that the event's word stands for; its category decides where the word says nothing."""
    found = classify_industry(word, industry) if word else None
    return found or Trade(category=industry, word=word or industry.value)
