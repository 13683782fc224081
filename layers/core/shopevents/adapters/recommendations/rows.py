"""Rows of `ai_recommendations`."""

from collections.abc import Sequence
from typing import Any

from shopevents.adapters.database.connection import Connection
from shopevents.adapters.database.effects import know_owners
from shopevents.domain.answers import WrittenAnswer

# The fuller record of an answer wins, in whichever order they come.
_INSERT = """
    INSERT INTO ai_recommendations (
        id, user_id, recommendation_data, purpose, industry, location_city, location_district, season, source, model,
        prompt_variant, cache_hit, cache_level, rate_limited, seconds, input_tokens, output_tokens, cost_usd, replaces,
        replace_reason, created_at)
    SELECT
        %(id)s, %(user_id)s, %(recommendation_data)s, %(purpose)s, %(industry)s, %(location_city)s,
        %(location_district)s, %(season)s, %(source)s, %(model)s, %(prompt_variant)s, %(cache_hit)s, %(cache_level)s,
        %(rate_limited)s, %(seconds)s, %(input_tokens)s, %(output_tokens)s, %(cost_usd)s, %(replaces)s,
        %(replace_reason)s, %(created_at)s
    WHERE NOT EXISTS (SELECT FROM users WHERE id = %(user_id)s AND erased_at >= %(created_at)s)
    ON CONFLICT (id) DO UPDATE SET recommendation_data = excluded.recommendation_data
    WHERE ai_recommendations.user_id = excluded.user_id
      AND length(ai_recommendations.recommendation_data::text) < length(excluded.recommendation_data::text)
"""


async def insert_records(connection: Connection, records: Sequence[WrittenAnswer]) -> None:
    """Keeps each answer once; none that was asked before its owner had everything erased."""
    await know_owners(connection, (record.answer.question.owner_id for record in records))
    in_order = sorted(records, key=lambda record: record.answer.recommendation_id)
    async with connection.cursor() as cursor:
        await cursor.executemany(_INSERT, [_row_of(record) for record in in_order])


def _row_of(record: WrittenAnswer) -> dict[str, Any]:
    answer = record.answer
    question, metering = answer.question, answer.metering
    return {
        "id": answer.recommendation_id,
        "user_id": question.owner_id,
        "recommendation_data": _as_json(record),
        "purpose": question.purpose,
        "industry": question.trade.category,
        "location_city": question.region.city,
        "location_district": question.region.district,
        "season": question.season,
        "source": answer.source,
        "model": metering.model,
        "prompt_variant": answer.prompt_variant,
        "cache_hit": metering.cache_hit,
        "cache_level": metering.cache_level,
        "rate_limited": metering.rate_limited,
        "seconds": metering.seconds,
        "input_tokens": metering.usage.input_tokens,
        "output_tokens": metering.usage.output_tokens,
        "cost_usd": metering.cost_usd,
        "replaces": question.replaces,
        "replace_reason": question.reason,
        "created_at": question.asked_at,
    }


def _as_json(record: WrittenAnswer) -> str:
    """The record without NUL characters, which a model can write and `jsonb` can't hold."""
    return record.model_copy(update={"raw": record.raw.replace("\0", "")}).model_dump_json()
