"""Our shops' own events in the table `events`."""

from typing import Any

from psycopg.sql import SQL, Identifier, Placeholder

from shopevents.adapters.database.connection import Connection, Database
from shopevents.adapters.database.effects import add_effects, is_first_time, know_owners
from shopevents.adapters.recommendations.rows import insert_records
from shopevents.adapters.shop_events.rows import COUNTING_REPORT, insert_of, report_of, row_of, shop_event_of
from shopevents.domain.answers import Answer, WrittenAnswer
from shopevents.domain.effects import Effects
from shopevents.domain.errors import Conflict
from shopevents.domain.paging import Page, Place
from shopevents.domain.shop_events import ShopEvent
from shopevents.domain.vocabulary import Provenance
from shopevents.ports.shop_events import StoredEvent

_FIND = SQL("SELECT events.*, {report} FROM events WHERE id = %s AND user_id = %s").format(report=COUNTING_REPORT)
_LIST = SQL("""
    SELECT events.*, {report} FROM events
    WHERE user_id = %(owner_id)s AND (%(id)s::text IS NULL OR (created_at, id) < (%(created_at)s, %(id)s))
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s
""").format(report=COUNTING_REPORT)
_ONE_PER_OPTION = SQL(" ON CONFLICT (recommendation_id, option) WHERE withdrawn_at IS NULL DO NOTHING")
# What never changes after a shop event was made.
_FIXED = {"id", "user_id", "created_at", "recommendation_id", "option", "prediction"}


class PostgresShopEvents:
    """Keeps shop events together with what follows from them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, shop_event: ShopEvent, *, answer: Answer | None, effects: Effects) -> bool:
        async with self._database.transaction() as connection:
            await know_owners(connection, [shop_event.owner_id])
            if not await is_first_time(connection, effects.receipt):
                return False
            if answer:
                await insert_records(connection, [WrittenAnswer(answer=answer)])
            row = row_of(shop_event) | {"provenance": Provenance.PLANNED}
            if (await connection.execute(insert_of(row) + _ONE_PER_OPTION, row)).rowcount == 0:
                raise Conflict("이 추천안으로 만든 이벤트가 이미 있습니다.")
            await _remember_first_choice(connection, shop_event)
            await add_effects(connection, effects)
            return True

    async def find(self, event_id: str, owner_id: str) -> StoredEvent | None:
        rows = await self._database.fetch(_FIND, (event_id, owner_id))
        return _stored(rows[0]) if rows else None

    async def list(self, owner_id: str, after: Place | None, limit: int) -> Page[StoredEvent]:
        rows = await self._database.fetch(
            _LIST,
            {
                "owner_id": owner_id,
                "created_at": after and after.created_at,
                "id": after and after.row_id,
                "limit": limit + 1,
            },
        )
        items = tuple(_stored(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, Place(rows[limit - 1]["created_at"], rows[limit - 1]["id"]).cursor() if more else None)

    async def change(self, shop_event: ShopEvent, *, effects: Effects) -> bool:
        row = {name: value for name, value in row_of(shop_event).items() if name not in _FIXED}
        statement = SQL(
            "UPDATE events SET {changes} WHERE id = {id} AND user_id = {owner} AND row_version = {was}"
        ).format(
            changes=SQL(", ").join(SQL("{} = {}").format(Identifier(name), Placeholder(name)) for name in row),
            id=Placeholder("id"),
            owner=Placeholder("owner_id"),
            was=Placeholder("was"),
        )
        key = {"id": shop_event.event_id, "owner_id": shop_event.owner_id, "was": shop_event.version - 1}
        async with self._database.transaction() as connection:
            if (await connection.execute(statement, row | key)).rowcount == 0:
                return False
            await add_effects(connection, effects)
            return True


def _stored(row: dict[str, Any]) -> StoredEvent:
    return shop_event_of(row), report_of(row["report"])


async def _remember_first_choice(connection: Connection, shop_event: ShopEvent) -> None:
    await connection.execute(
        "UPDATE ai_recommendations SET event_id = %s, selected_option = %s"
        " WHERE id = %s AND user_id = %s AND event_id IS NULL",
        (shop_event.event_id, shop_event.option, shop_event.recommendation_id, shop_event.owner_id),
    )
