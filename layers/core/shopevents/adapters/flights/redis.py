"""Single flight across containers, in Redis.

Waiting is short polling (docs/adr/waiting-for-a-flight.md): one reader per key and container, however
many wait there. It survives a lost message, a failover and a dead holder alike, and holds no connection.
"""

import asyncio
from dataclasses import dataclass, field

from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.flights import Lease

# How often a waiting container looks, in seconds: half of it is added to a wait of several seconds on average.
POLL_SECONDS = 0.05

# A key's last token is remembered for longer than any holder lives, in seconds.
_TOKEN_KEPT_SECONDS = 24 * 3600

# Tokens are the server's microseconds, pushed on where its clock went back: they grow even when Redis forgot the last.
_ACQUIRE = """
if redis.call('EXISTS', KEYS[1], KEYS[3]) > 0 then return false end
local time = redis.call('TIME')
local token = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
if token <= last then token = last + 1 end
local text = string.format('%.0f', token)
redis.call('SET', KEYS[2], text, 'EX', ARGV[2])
redis.call('SET', KEYS[1], text, 'PX', ARGV[1])
return text
"""

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

_PUBLISH = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[1])
return 1
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


@dataclass(frozen=True, slots=True)
class _Outcome:
    value: bytes | None


@dataclass(slots=True)
class _Watch:
    """Those of this container who wait for one key: one has the turn and looks, the others get what it saw."""

    waiting: int = 0
    outcome: _Outcome | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class RedisFlights:
    """A lease, its last token and the value of a key share a hash slot; each step is one script or one MGET."""

    def __init__(self, connection: RedisConnection, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._connection = connection
        self._poll_seconds = poll_seconds
        self._watches: dict[str, _Watch] = {}

    async def acquire(self, key: str, lease_seconds: float) -> Lease | None:
        token = await self._eval(_ACQUIRE, key, _ms(lease_seconds), _TOKEN_KEPT_SECONDS)
        return Lease(key, int(token)) if token else None

    async def renew(self, lease: Lease, lease_seconds: float) -> bool:
        return bool(await self._eval(_RENEW, lease.key, lease.token, _ms(lease_seconds)))

    async def publish(self, lease: Lease, value: bytes, keep_seconds: float) -> bool:
        return bool(await self._eval(_PUBLISH, lease.key, lease.token, value, _ms(keep_seconds)))

    async def release(self, lease: Lease) -> None:
        await self._eval(_RELEASE, lease.key, lease.token)

    async def wait(self, key: str, timeout_seconds: float) -> bytes | None:
        watch = self._watches.setdefault(key, _Watch())
        watch.waiting += 1
        try:
            async with asyncio.timeout(timeout_seconds), watch.turn:
                if watch.outcome is None:
                    watch.outcome = await self._watch(key)
                return watch.outcome.value
        except TimeoutError:
            return None
        finally:
            watch.waiting -= 1
            if self._watches.get(key) is watch and (watch.outcome or not watch.waiting):
                del self._watches[key]

    async def _watch(self, key: str) -> _Outcome:
        lease_key, _, value_key = _keys(key)
        while True:
            value, lease = await self._connection.run(
                lambda client: client.execute_command("MGET", value_key, lease_key)
            )
            if value is not None or lease is None:
                return _Outcome(value)
            await asyncio.sleep(self._poll_seconds)

    async def _eval(self, script: str, key: str, *arguments: str | bytes | int) -> bytes | int | None:
        keys = _keys(key)
        result: bytes | int | None = await self._connection.run(
            lambda client: client.execute_command("EVAL", script, len(keys), *keys, *arguments)
        )
        return result


def _keys(key: str) -> tuple[str, str, str]:
    """Lease, last token, value. What stands up to the first `}` is the hash tag, whatever the key holds."""
    return f"{{flight:{key}}}:lease", f"{{flight:{key}}}:token", f"{{flight:{key}}}:value"


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))
