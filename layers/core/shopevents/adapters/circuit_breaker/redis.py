"""A circuit breaker shared by all containers, in Redis. Why ours: docs/adr/a-circuit-breaker-of-our-own.md."""

from shopevents.adapters.circuit_breaker.memory import (
    FAILURES_FORGOTTEN_SECONDS,
    MemoryCircuitBreaker,
)
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.domain.errors import Unavailable
from shopevents.ports.circuit_breaker import BreakerLimits
from shopevents.ports.clock import Clock

# Answered for a call that is allowed and has no failure before it; 0 is refused, 1 allowed otherwise.
_CLEAN = 2

# The hash holds: failures, failed_at, open_until, probed_until (ms). Without open_until it is closed.
_ALLOWS = f"""
if redis.call('EXISTS', KEYS[1]) == 0 then return {_CLEAN} end
local open_until = tonumber(redis.call('HGET', KEYS[1], 'open_until') or '0')
if open_until == 0 then return 1 end
local now = tonumber(ARGV[1])
local probed_until = tonumber(redis.call('HGET', KEYS[1], 'probed_until') or '0')
if now < open_until or now < probed_until then return 0 end
redis.call('HSET', KEYS[1], 'probed_until', now + ARGV[2])
return 1
"""

_SUCCESS = """
local open_until = tonumber(redis.call('HGET', KEYS[1], 'open_until') or '0')
if tonumber(ARGV[1]) >= open_until then redis.call('DEL', KEYS[1]) end
return 1
"""

_FAILURE = """
local key, now, open_ms, limit, forget_ms = KEYS[1], tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local open_until = tonumber(redis.call('HGET', key, 'open_until') or '0')
if now < open_until then return 0 end
local opens = open_until > 0
if not opens then
  local failed_at = tonumber(redis.call('HGET', key, 'failed_at') or now)
  if now - failed_at > forget_ms then redis.call('DEL', key) end
  redis.call('HSET', key, 'failed_at', ARGV[1])
  opens = redis.call('HINCRBY', key, 'failures', 1) >= limit
end
if opens then
  redis.call('DEL', key)
  redis.call('HSET', key, 'open_until', now + open_ms)
end
redis.call('PEXPIRE', key, forget_ms + open_ms)
return 1
"""


class RedisCircuitBreaker:
    """Each step is one script on one hash. Outcomes are kept locally too, for when Redis can't be reached."""

    def __init__(self, connection: RedisConnection, clock: Clock, name: str, limits: BreakerLimits) -> None:
        self._connection = connection
        self._clock = clock
        self._key = f"breaker:{name}"
        self._limits = limits
        self._local = MemoryCircuitBreaker(clock, limits)
        self._is_clean = False

    async def allows(self) -> bool:
        try:
            allowed = await self._eval(_ALLOWS, _ms(self._limits.probe_seconds))
        except Unavailable:
            self._is_clean = False
            return await self._local.allows()
        self._is_clean = allowed == _CLEAN
        return bool(allowed)

    async def report_success(self) -> None:
        """Where there was no failure before the call, nothing is to be forgotten, and Redis is spared."""
        await self._local.report_success()
        if not self._is_clean:
            await self._tell(_SUCCESS)

    async def report_failure(self) -> None:
        self._is_clean = False
        await self._local.report_failure()
        await self._tell(
            _FAILURE, _ms(self._limits.open_seconds), self._limits.failures, _ms(FAILURES_FORGOTTEN_SECONDS)
        )

    async def _tell(self, script: str, *arguments: int) -> None:
        try:
            await self._eval(script, *arguments)
        except Unavailable:
            return  # the local state, already told, decides until Redis is back

    async def _eval(self, script: str, *arguments: int) -> int:
        now = _ms(self._clock.now().timestamp())
        allowed: int = await self._connection.run(
            lambda client: client.execute_command("EVAL", script, 1, self._key, now, *arguments)
        )
        return allowed


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
