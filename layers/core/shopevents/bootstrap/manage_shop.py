"""Wiring of `manage_shop`."""

from dataclasses import dataclass
from functools import cache

from pydantic import SecretStr

from shopevents.adapters.outbox.postgres import PostgresOutbox
from shopevents.adapters.performances.postgres import PostgresPerformances
from shopevents.adapters.quality_figures.postgres import PostgresQualityFigures
from shopevents.adapters.receipts.postgres import PostgresReceipts
from shopevents.adapters.recommendations.postgres import PostgresRecommendations
from shopevents.adapters.shop_events.postgres import PostgresShopEvents
from shopevents.adapters.shops.postgres import PostgresShops
from shopevents.bootstrap.knowledge import database, message_queue
from shopevents.bootstrap.shared_state import patient_answers, shared_state, system_clock
from shopevents.domain.errors import TooManyRequests
from shopevents.ports.answer_book import AnswerBook
from shopevents.ports.cache import Cache
from shopevents.ports.clock import Clock
from shopevents.ports.performances import Performances
from shopevents.ports.quality_figures import QualityFigures
from shopevents.ports.rate_limiter import RateLimiter
from shopevents.ports.shops import Shops
from shopevents.settings.functions import ManageShopSettings
from shopevents.use_cases.create_shop_event import EventDesk
from shopevents.use_cases.publish import Publisher
from shopevents.use_cases.reopen_recommendations import Archive

# Ordinary requests are cheap; an owner who looks around does not need the limit of those that cost money.
_REQUESTS_PER_MINUTE_FACTOR = 4
# A statement of the report; API Gateway waits 12 s for all of it.
_REPORT_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class ShopDesk:
    """Everything that the owner's routes use."""

    is_local: bool
    shops: Shops
    answers: AnswerBook
    archive: Archive
    events: EventDesk
    performances: Performances
    quality_figures: QualityFigures
    cache: Cache
    business_number_key: SecretStr
    clock: Clock
    limiter: RateLimiter
    requests_per_minute: int

    async def admit(self, owner_id: str) -> None:
        """Raises TooManyRequests where the owner asks too fast."""
        waiting = await self.limiter.try_acquire(f"owner-routes:{owner_id}", self.requests_per_minute)
        if waiting > 0:
            raise TooManyRequests(waiting)


@cache
def shop_desk() -> ShopDesk:
    """Made once per container. Raises MisconfiguredError."""
    settings, clock = ManageShopSettings(), system_clock()
    state, answers = shared_state(settings.redis), patient_answers(settings.redis)
    rows = database(settings.database.needed_url)
    shops = PostgresShops(rows)
    archive = Archive(answers, PostgresRecommendations(rows))
    return ShopDesk(
        is_local=settings.stage.is_local,
        shops=shops,
        answers=answers,
        archive=archive,
        events=EventDesk(
            shops=shops,
            shop_events=PostgresShopEvents(rows),
            archive=archive,
            receipts=PostgresReceipts(rows),
            publisher=Publisher(PostgresOutbox(rows), message_queue(settings.queues)),
            clock=clock,
        ),
        performances=PostgresPerformances(rows),
        quality_figures=PostgresQualityFigures(rows, seconds=_REPORT_SECONDS),
        cache=state.cache,
        business_number_key=settings.business_numbers.key(settings.stage),
        clock=clock,
        limiter=state.limiter,
        requests_per_minute=_REQUESTS_PER_MINUTE_FACTOR * settings.limits.user_requests_per_minute,
    )
