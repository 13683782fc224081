"""Shops in the table `stores`, and all tables that hold something of an owner's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, LiteralString

from psycopg.rows import DictRow

from shopevents.adapters.database.connection import Connection, Database
from shopevents.adapters.database.effects import add_messages, know_owners
from shopevents.adapters.shop_events.rows import report_of, shop_event_of
from shopevents.domain.effects import Outgoing
from shopevents.domain.shop_profiles import OwnerExport, ShopProfile
from shopevents.domain.shops import Region, Trade
from shopevents.domain.vocabulary import IndustryCategory

_PUT: LiteralString = """
    INSERT INTO stores (
        user_id, name, industry_word, business_type, industry, trade_code, trade_name, ksic, trade_word, address,
        location_city, location_district, opening_hours, business_number_hash, business_number_masked, updated_at)
    VALUES (
        %(user_id)s, %(name)s, %(industry_word)s, %(business_type)s, %(industry)s, %(trade_code)s, %(trade_name)s,
        %(ksic)s, %(trade_word)s, %(address)s, %(location_city)s, %(location_district)s, %(opening_hours)s,
        %(business_number_hash)s, %(business_number_masked)s, %(updated_at)s)
    ON CONFLICT (user_id) DO UPDATE SET
        name = excluded.name, industry_word = excluded.industry_word, business_type = excluded.business_type,
        industry = excluded.industry, trade_code = excluded.trade_code, trade_name = excluded.trade_name,
        ksic = excluded.ksic, trade_word = excluded.trade_word, address = excluded.address,
        location_city = excluded.location_city, location_district = excluded.location_district,
        opening_hours = excluded.opening_hours, business_number_hash = excluded.business_number_hash,
        business_number_masked = excluded.business_number_masked, updated_at = excluded.updated_at
"""
# Everything of an owner's, in an order that foreign keys allow. Reports and channels go with their events.
_ERASE: tuple[LiteralString, ...] = (
    "DELETE FROM feedback WHERE user_id = %(owner_id)s",
    "DELETE FROM idempotency_keys WHERE user_id = %(owner_id)s",
    "DELETE FROM events WHERE user_id = %(owner_id)s",
    "DELETE FROM ai_recommendations WHERE user_id = %(owner_id)s",
    "DELETE FROM stores WHERE user_id = %(owner_id)s",
    "UPDATE users SET erased_at = %(erased_at)s WHERE id = %(owner_id)s",
)
_EVENTS: LiteralString = """
    SELECT events.*, (SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('channels', (
        SELECT coalesce(jsonb_agg(to_jsonb(c) - 'performance_id' ORDER BY c.name), '[]')
        FROM channel_performance AS c WHERE c.performance_id = p.id)) ORDER BY p.sequence), '[]')
    FROM event_performance AS p WHERE p.event_id = events.id) AS reports
    FROM events WHERE user_id = %s ORDER BY created_at, id
"""
_ANSWERS: LiteralString = (
    "SELECT recommendation_data FROM ai_recommendations WHERE user_id = %s ORDER BY created_at, id"
)
_FEEDBACK: LiteralString = (
    "SELECT to_jsonb(feedback) - 'user_id' - 'id' AS feedback FROM feedback WHERE user_id = %s ORDER BY created_at, id"
)
_EXPORT_SECONDS = 20.0


class PostgresShops:
    """Keeps one shop per owner; deletes and exports everything of an owner's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, shop: ShopProfile) -> None:
        async with self._database.transaction() as connection:
            await know_owners(connection, [shop.owner_id])
            await connection.execute(_PUT, _row_of(shop))

    async def get(self, owner_id: str) -> ShopProfile | None:
        rows = await self._database.fetch("SELECT * FROM stores WHERE user_id = %s", (owner_id,))
        return _shop_of(rows[0]) if rows else None

    async def erase_owner(
        self, owner_id: str, announce: Callable[[str, IndustryCategory], Outgoing], *, erased_at: datetime
    ) -> int:
        async with self._database.transaction() as connection:
            # Locks the owner: what is being written for them comes before, and is erased, or after, and is new.
            await know_owners(connection, [owner_id])
            await connection.execute("SELECT FROM users WHERE id = %s FOR UPDATE", (owner_id,))
            cursor = await connection.execute("SELECT id, industry FROM events WHERE user_id = %s", (owner_id,))
            mine = await cursor.fetchall()
            for statement in _ERASE:
                await connection.execute(statement, {"owner_id": owner_id, "erased_at": erased_at})
            await add_messages(connection, [announce(row["id"], IndustryCategory(row["industry"])) for row in mine])
            return len(mine)

    async def export_owner(self, owner_id: str, *, exported_at: datetime) -> OwnerExport:
        async with self._database.transaction(seconds=_EXPORT_SECONDS) as connection:
            shop = await _all(connection, "SELECT * FROM stores WHERE user_id = %s", owner_id)
            answers = await _all(connection, _ANSWERS, owner_id)
            shop_events = await _all(connection, _EVENTS, owner_id)
            feedback = await _all(connection, _FEEDBACK, owner_id)
        return OwnerExport(
            owner_id=owner_id,
            exported_at=exported_at,
            shop=_shop_of(shop[0]).model_dump(mode="json", exclude={"owner_id"}) if shop else None,
            recommendations=[row["recommendation_data"] for row in answers],
            shop_events=[_exported_event(row) for row in shop_events],
            feedback=[row["feedback"] for row in feedback],
        )


async def _all(connection: Connection, query: LiteralString, owner_id: str) -> list[DictRow]:
    return await (await connection.execute(query, (owner_id,))).fetchall()


def _exported_event(row: DictRow) -> dict[str, Any]:
    reports = [report_of(report) for report in row["reports"]]
    return shop_event_of(row).model_dump(mode="json", exclude={"owner_id"}) | {
        "reports": [report.model_dump(mode="json") for report in reports if report]
    }


def _row_of(shop: ShopProfile) -> dict[str, Any]:
    trade, region = shop.trade, shop.region
    return {
        "user_id": shop.owner_id,
        "name": shop.name,
        "industry_word": shop.industry_word,
        "business_type": shop.business_type,
        "industry": trade.category,
        "trade_code": trade.code,
        "trade_name": trade.name,
        "ksic": trade.ksic,
        "trade_word": trade.word,
        "address": shop.address,
        "location_city": region.city,
        "location_district": region.district,
        "opening_hours": shop.opening_hours,
        "business_number_hash": shop.business_number_hash,
        "business_number_masked": shop.business_number_masked,
        "updated_at": shop.updated_at,
    }


def _shop_of(row: DictRow) -> ShopProfile:
    return ShopProfile(
        owner_id=row["user_id"],
        name=row["name"],
        industry_word=row["industry_word"],
        business_type=row["business_type"],
        trade=Trade(
            category=row["industry"],
            code=row["trade_code"],
            name=row["trade_name"],
            ksic=row["ksic"],
            word=row["trade_word"],
        ),
        region=Region(city=row["location_city"], district=row["location_district"]),
        address=row["address"],
        opening_hours=row["opening_hours"],
        business_number_hash=row["business_number_hash"],
        business_number_masked=row["business_number_masked"],
        updated_at=row["updated_at"],
    )
