"""Wiring of `recommend`. Importing this module, or answering from the cache, imports no SDK."""

import asyncio
from functools import cache
from typing import TYPE_CHECKING

from shopevents.adapters.shop_reader.none import NoShops
from shopevents.adapters.shop_reader.stored import StoredShops
from shopevents.bootstrap.embedders import embedder
from shopevents.bootstrap.shared_state import CLAUDE, guards, shared_state
from shopevents.domain.briefs import Usage
from shopevents.domain.cached_values import Lifetimes
from shopevents.domain.prices import price_of
from shopevents.ports.embedder import Embedder
from shopevents.ports.shop_reader import ShopReader
from shopevents.ports.shops import Shops
from shopevents.settings.backends import ClaudeSettings
from shopevents.settings.functions import RecommendSettings
from shopevents.use_cases.admit_writer_call import Gate
from shopevents.use_cases.compose_plan_set import Workshop
from shopevents.use_cases.find_similar_cases import Library
from shopevents.use_cases.read_shelf import Shelf
from shopevents.use_cases.recommend_events import Desk

if TYPE_CHECKING:
    from shopevents.adapters.plan_writer.claude import ClaudePlanWriter

# A generous bound of one call's tokens, for the money that is set aside before it: the stable prompt with
# fifteen cases, and a whole answer.
_CALL_AT_MOST = Usage(input_tokens=8_000, output_tokens=3_000)


@cache
def recommend_settings() -> RecommendSettings:
    """The environment of `recommend`. Raises MisconfiguredError."""
    return RecommendSettings()


@cache
def shop_reader() -> ShopReader:
    """Reads stored shops, when a request leaves its shop out."""
    return NoShops() if recommend_settings().database.url is None else StoredShops(_open_shops)


@cache
def recommendation_desk() -> Desk:
    """Everything that a recommendation may use."""
    settings = recommend_settings()
    state = shared_state(settings.redis)
    limits = settings.limits
    shelf = Shelf(
        cache=state.cache,
        controls=state.controls,
        lifetimes=Lifetimes(
            trends=limits.trends_fresh_seconds,
            cases=limits.cases_fresh_seconds,
            results=limits.result_fresh_seconds,
        ),
        prompt_variant=settings.claude.prompt_variant,
        embedder_name=_embedder().name,
    )
    return Desk(
        shelf=shelf,
        answers=state.answers,
        limiter=state.limiter,
        owner_requests_per_minute=limits.user_requests_per_minute,
        flights=state.flights,
        open_workshop=_open_workshop,
    )


@cache
def _embedder() -> Embedder:
    settings = recommend_settings()
    return embedder(settings.openai, settings.pinecone, settings.database)


async def _open_workshop() -> Workshop:
    """Imports drivers and reads the packaged data in a thread, so that the loop's timeouts keep working."""
    return _workshop() if _is_open() else await asyncio.to_thread(_workshop)


def _is_open() -> bool:
    return _workshop.cache_info().currsize > 0


@cache
def _workshop() -> Workshop:
    from shopevents.bootstrap.knowledge import market_statistics, message_queue, vector_index

    settings = recommend_settings()
    writer = _writer(settings.claude)
    return Workshop(
        library=Library(_embedder(), vector_index(settings.pinecone, settings.database, _embedder())),
        statistics=market_statistics(settings.database, settings.stage),
        cache=shared_state(settings.redis).cache,
        writer=writer,
        prepare=writer.open if writer else _nothing_to_prepare,
        gate=_gate(settings),
        queue=message_queue(settings.queues),
        grounding_seconds=settings.limits.grounding_seconds,
        writing_seconds=settings.claude.claude_seconds,
        trends_seconds=settings.limits.trends_seconds,
    )


async def _nothing_to_prepare() -> None:
    """The catalog is ready."""


def _writer(claude: ClaudeSettings) -> "ClaudePlanWriter | None":
    if not claude.is_given:
        return None
    from shopevents.adapters.plan_writer.claude import ClaudeAccess, ClaudePlanWriter

    return ClaudePlanWriter(
        ClaudeAccess(
            api_key=claude.claude_api_key.get_secret_value() if claude.claude_api_key else None,
            model=claude.claude_model,
            provider=claude.claude_provider,
            base_url=claude.claude_base_url,
            aws_region=claude.claude_bedrock_region,
            read_seconds=claude.claude_seconds,
        )
    )


def _gate(settings: RecommendSettings) -> Gate:
    claude = settings.claude
    own = guards(settings.redis, claude, name=CLAUDE, daily_usd=claude.claude_daily_usd)
    return Gate(
        limiter=shared_state(settings.redis).limiter,
        breaker=own.breaker,
        ledger=own.ledger,
        calls_per_minute=claude.claude_calls_per_minute,
        usd_per_call=price_of(claude.claude_model).usd(_CALL_AT_MOST),
    )


async def _open_shops() -> Shops:
    return await asyncio.to_thread(_shops)


@cache
def _shops() -> Shops:
    from shopevents.adapters.shops.postgres import PostgresShops
    from shopevents.bootstrap.knowledge import database

    return PostgresShops(database(recommend_settings().database.needed_url))
