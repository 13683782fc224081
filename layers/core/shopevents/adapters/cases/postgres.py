"""Cases in the table `events`."""

from collections.abc import Collection, Sequence
from functools import cache

from psycopg.sql import SQL, Composed, Identifier

from shopevents.adapters.database.connection import Connection, Database
from shopevents.adapters.database.effects import add_messages
from shopevents.adapters.shop_events.rows import MEASURING_REPORT, case_state_of, collected_row_of, insert_of
from shopevents.domain.cases import Case
from shopevents.domain.effects import Outgoing
from shopevents.ports.cases import CaseState

# With the shop's name, which no other shop may read in a measured event's words.
_VALID = SQL("""
    SELECT events.*, stores.name AS shop_name, {report} FROM events LEFT JOIN stores USING (user_id)
    WHERE events.withdrawn_at IS NULL
""").format(report=MEASURING_REPORT)
_LOAD = _VALID + SQL(" AND events.id = ANY(%s)")
_PAGE = _VALID + SQL(' AND events.id > %s COLLATE "C" ORDER BY events.id COLLATE "C" LIMIT %s')


class PostgresCases:
    """Reads all cases, and keeps collected ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, case_ids: Collection[str]) -> list[CaseState]:
        return [case_state_of(row) for row in await self._database.fetch(_LOAD, (list(case_ids),))]

    async def versions(self, case_ids: Collection[str]) -> dict[str, int]:
        rows = await self._database.fetch(
            "SELECT id, row_version FROM events WHERE id = ANY(%s) AND withdrawn_at IS NULL", (list(case_ids),)
        )
        return {row["id"]: row["row_version"] for row in rows}

    async def keep_collected(self, cases: Sequence[tuple[Case, Outgoing]]) -> int:
        async with self._database.transaction() as connection:
            changed = [message for case, message in cases if await keep_case(connection, case)]
            await add_messages(connection, changed)
            return len(changed)

    async def page(self, after: str | None, limit: int) -> list[CaseState]:
        return [case_state_of(row) for row in await self._database.fetch(_PAGE, (after or "", limit))]


async def keep_case(connection: Connection, case: Case) -> bool:
    """Whether the case is new or different. An own shop event is never replaced by a collected case of its id."""
    row = collected_row_of(case)
    return (await connection.execute(_keeping(tuple(row)), row)).rowcount == 1


@cache
def _keeping(names: tuple[str, ...]) -> Composed:
    columns = [Identifier(name) for name in names if name != "id"]
    return insert_of(names) + SQL("""
        ON CONFLICT (id) DO UPDATE SET ({names}) = ROW ({new}), row_version = events.row_version + 1, updated_at = now()
        WHERE events.user_id IS NULL AND ({ours}) IS DISTINCT FROM ({new})
    """).format(
        names=SQL(", ").join(columns),
        ours=SQL(", ").join(SQL("events.") + column for column in columns),
        new=SQL(", ").join(SQL("excluded.") + column for column in columns),
    )
