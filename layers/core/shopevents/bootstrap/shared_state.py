"""Wiring of what containers share: Redis where it is given, else this container's memory. No I/O, no SDK but redis."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from shopevents.adapters.clock.system import SystemClock
from shopevents.ports.answer_book import AnswerBook
from shopevents.ports.answer_stream import AnswerStream
from shopevents.ports.cache import Cache
from shopevents.ports.circuit_breaker import BreakerLimits, CircuitBreaker
from shopevents.ports.clock import Clock
from shopevents.ports.controls import Controls
from shopevents.ports.flights import Flights
from shopevents.ports.rate_limiter import RateLimiter
from shopevents.ports.spend_ledger import SpendLedger
from shopevents.settings.backends import ClaudeSettings, RedisSettings

if TYPE_CHECKING:
    from shopevents.adapters.redis_connection import RedisConnection

CLAUDE = "claude"

# A call to Redis whose failure fails the request. API Gateway waits 12 s for all of it.
_PATIENT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class SharedState:
    """What every request may use."""

    cache: Cache
    controls: Controls
    answers: AnswerBook
    stream: AnswerStream
    flights: Flights
    limiter: RateLimiter


@dataclass(frozen=True, slots=True)
class Guards:
    """What only calls to Claude need."""

    breaker: CircuitBreaker
    ledger: SpendLedger


@cache
def system_clock() -> Clock:
    """The machine's clock."""
    return SystemClock()


def shared_state(redis: RedisSettings) -> SharedState:
    """Redis's adapters, or those in memory where no Redis is given."""
    return _in_memory() if redis.url is None else _in_redis(redis.url, redis.redis_timeout_seconds)


def patient_answers(redis: RedisSettings) -> AnswerBook:
    """The answers for routes that can't do without them: asked whatever has failed before, and waited for longer than
    what a request can be answered without. By a connection of its own, so that the others stay impatient."""
    if redis.url is None:
        return _in_memory().answers
    from shopevents.adapters.answer_book.redis import RedisAnswerBook

    connection = _connection(redis.url, max(redis.redis_timeout_seconds, _PATIENT_SECONDS), down_seconds=0.0)
    return RedisAnswerBook(connection, system_clock())


def guards(redis: RedisSettings, claude: ClaudeSettings, *, name: str, daily_usd: float) -> Guards:
    """A breaker and a ledger of their own for one use of Claude (`name`: "claude", "curate")."""
    limits = BreakerLimits(failures=claude.breaker_failures, open_seconds=claude.breaker_seconds)
    if redis.url is None:
        from shopevents.adapters.circuit_breaker.memory import MemoryCircuitBreaker
        from shopevents.adapters.spend_ledger.memory import MemorySpendLedger

        return Guards(MemoryCircuitBreaker(system_clock(), limits), MemorySpendLedger(system_clock(), daily_usd))
    from shopevents.adapters.circuit_breaker.redis import RedisCircuitBreaker
    from shopevents.adapters.spend_ledger.redis import RedisSpendLedger

    connection = _connection(redis.url, redis.redis_timeout_seconds)
    return Guards(
        RedisCircuitBreaker(connection, system_clock(), name, limits),
        RedisSpendLedger(connection, system_clock(), name, daily_usd),
    )


@cache
def _in_redis(url: str, call_seconds: float) -> SharedState:
    from shopevents.adapters.answer_book.redis import RedisAnswerBook
    from shopevents.adapters.answer_stream.redis import RedisAnswerStream
    from shopevents.adapters.cache.redis import RedisCache
    from shopevents.adapters.controls.redis import RedisControls
    from shopevents.adapters.flights.redis import RedisFlights
    from shopevents.adapters.rate_limiter.redis import RedisRateLimiter

    connection = _connection(url, call_seconds)
    return SharedState(
        cache=RedisCache(connection),
        controls=RedisControls(connection),
        answers=RedisAnswerBook(connection, system_clock()),
        stream=RedisAnswerStream(connection),
        flights=RedisFlights(connection),
        limiter=RedisRateLimiter(connection),
    )


@cache
def _connection(url: str, call_seconds: float, *, down_seconds: float | None = None) -> "RedisConnection":
    from shopevents.adapters.redis_connection import DOWN_SECONDS, RedisConnection

    pause = DOWN_SECONDS if down_seconds is None else down_seconds
    return RedisConnection(url, system_clock(), call_seconds=call_seconds, down_seconds=pause)


@cache
def _in_memory() -> SharedState:
    from shopevents.adapters.answer_book.memory import MemoryAnswerBook
    from shopevents.adapters.answer_stream.memory import MemoryAnswerStream
    from shopevents.adapters.cache.memory import MemoryCache
    from shopevents.adapters.controls.memory import MemoryControls
    from shopevents.adapters.flights.memory import MemoryFlights
    from shopevents.adapters.rate_limiter.memory import MemoryRateLimiter

    answers = MemoryAnswerBook(system_clock())
    return SharedState(
        cache=MemoryCache(),
        controls=MemoryControls(),
        answers=answers,
        stream=MemoryAnswerStream(answers),
        flights=MemoryFlights(),
        limiter=MemoryRateLimiter(),
    )
