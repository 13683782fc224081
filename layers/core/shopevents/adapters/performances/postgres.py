"""Reports in the tables `event_performance` and `channel_performance`."""

from datetime import datetime

from psycopg.sql import SQL

from shopevents.adapters.database.connection import Connection, Database
from shopevents.adapters.database.effects import add_effects, is_first_time
from shopevents.adapters.shop_events.rows import COUNTING_REPORT, report_of, shop_event_of
from shopevents.domain.effects import Effects
from shopevents.domain.errors import NotFound
from shopevents.domain.performance import Accuracy, PerformanceReport, Result
from shopevents.ports.performances import Measurement

_MEASUREMENT = SQL(
    "SELECT events.*, {report} FROM events WHERE id = %s AND withdrawn_at IS NULL AND user_id IS NOT NULL"
).format(report=COUNTING_REPORT)


class PostgresPerformances:
    """Keeps every report; the last one of an event counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(
        self, event_id: str, owner_id: str, result: Result, *, reported_at: datetime, effects: Effects
    ) -> PerformanceReport | None:
        async with self._database.transaction() as connection:
            # Locks the event, so that reports on it get their places one after the other.
            cursor = await connection.execute(
                "SELECT FROM events WHERE id = %s AND user_id = %s AND withdrawn_at IS NULL FOR UPDATE",
                (event_id, owner_id),
            )
            if cursor.rowcount == 0:
                raise NotFound
            if not await is_first_time(connection, effects.receipt):
                return None
            report = await _insert(connection, event_id, result, reported_at)
            await add_effects(connection, effects)
            return report

    async def measurement(self, event_id: str) -> Measurement | None:
        rows = await self._database.fetch(_MEASUREMENT, (event_id,))
        report = report_of(rows[0]["report"]) if rows else None
        return Measurement(shop_event_of(rows[0]), report) if report else None

    async def settle(self, measurement: Measurement, accuracy: Accuracy | None, *, compared_at: datetime) -> bool:
        report_id, event_id = measurement.report.performance_id, measurement.report.event_id
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                """
                UPDATE events SET provenance = 'observed', measured_by = %(report_id)s, row_version = row_version + 1,
                       updated_at = %(compared_at)s
                WHERE id = %(event_id)s AND withdrawn_at IS NULL AND measured_by IS DISTINCT FROM %(report_id)s
                  AND %(report_id)s = (SELECT id FROM event_performance WHERE event_id = %(event_id)s
                                       ORDER BY sequence DESC LIMIT 1)
                """,
                {"report_id": report_id, "event_id": event_id, "compared_at": compared_at},
            )
            if cursor.rowcount == 0:
                return False
            await _keep_accuracy(connection, report_id, accuracy, compared_at)
            return True


async def _insert(connection: Connection, event_id: str, result: Result, reported_at: datetime) -> PerformanceReport:
    cursor = await connection.execute(
        """
        INSERT INTO event_performance
            (event_id, sequence, actual_participants, actual_cost, actual_roi, revenue, completed_at)
        VALUES (%(event_id)s::varchar,
                (SELECT coalesce(max(sequence), 0) + 1 FROM event_performance WHERE event_id = %(event_id)s::varchar),
                %(actual_participants)s, %(actual_cost)s, %(actual_roi)s, %(revenue)s, %(reported_at)s)
        RETURNING id AS performance_id, sequence
        """,
        result.model_dump(exclude={"channels"}) | {"event_id": event_id, "reported_at": reported_at},
    )
    (place,) = await cursor.fetchall()
    async with connection.cursor() as channels:
        await channels.executemany(
            "INSERT INTO channel_performance (performance_id, name, participants, cost)"
            " VALUES (%(performance_id)s, %(name)s, %(participants)s, %(cost)s)",
            [channel.model_dump() | {"performance_id": place["performance_id"]} for channel in result.channels],
        )
    return PerformanceReport(**result.model_dump(), **place, event_id=event_id, reported_at=reported_at)


async def _keep_accuracy(
    connection: Connection, report_id: int, accuracy: Accuracy | None, compared_at: datetime
) -> None:
    errors = accuracy.model_dump() if accuracy else dict.fromkeys(Accuracy.model_fields)
    await connection.execute(
        """
        UPDATE event_performance
        SET roi_error = %(roi_error)s, participants_error = %(participants_error)s, cost_error = %(cost_error)s,
            compared_at = %(compared_at)s
        WHERE id = %(report_id)s
        """,
        errors | {"compared_at": compared_at, "report_id": report_id},
    )
