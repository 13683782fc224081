"""Money spent on a vendor, shared by all containers, in Redis."""

import secrets

from shopevents.adapters.redis_connection import LOCAL_SHARE, RedisConnection
from shopevents.adapters.spend_ledger.memory import MemorySpendLedger, micros, seoul_day
from shopevents.domain.errors import Unavailable
from shopevents.ports.clock import Clock
from shopevents.ports.spend_ledger import Reservation

# A day's keys outlive it by far enough for an operator to look at them, in seconds.
_KEPT_SECONDS = 8 * 24 * 3600

# KEYS: total (settled and reserved alike), open reservations (id → micro-USD), their leases (id by end).
# A lapsed reservation is only forgotten: what it set aside stays in the total, and so is charged.
_LAPSE = """
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[1])) do
  redis.call('ZREM', KEYS[3], id)
  redis.call('HDEL', KEYS[2], id)
end
"""

_RESERVE = (
    _LAPSE
    + """
local id, amount, cap, ends_at, owed = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[7]
if redis.call('HEXISTS', KEYS[2], id) == 1 then return 1 end
local total = redis.call('INCRBY', KEYS[1], owed)
redis.call('EXPIRE', KEYS[1], ARGV[6])
if total + amount > cap then return 0 end
redis.call('INCRBY', KEYS[1], amount)
redis.call('HSET', KEYS[2], id, amount)
redis.call('ZADD', KEYS[3], ends_at, id)
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('EXPIRE', KEYS[3], ARGV[6])
return 1
"""
)

_SETTLE = (
    _LAPSE
    + """
local reserved = redis.call('HGET', KEYS[2], ARGV[2])
if not reserved then return 0 end
redis.call('HDEL', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('INCRBY', KEYS[1], ARGV[3] - reserved)
return 1
"""
)


class RedisSpendLedger:
    """Each step is one script on the day's three keys, which share a hash slot.

    When Redis is gone a container spends at most its share of the cap, and reports it when Redis is back.
    """

    def __init__(
        self, connection: RedisConnection, clock: Clock, name: str, cap_usd: float, *, local_share: float = LOCAL_SHARE
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._name = name
        self._cap = micros(cap_usd)
        self._local = MemorySpendLedger(clock, cap_usd * local_share)
        self._reported: dict[str, int] = {}

    async def reserve(self, usd: float, lease_seconds: float) -> Reservation | None:
        reservation = Reservation(secrets.token_hex(8), seoul_day(self._clock), usd)
        ends_at = self._now() + lease_seconds
        owed = self._owed(reservation.day)
        arguments = (reservation.reservation_id, micros(usd), self._cap, ends_at, _KEPT_SECONDS, owed)
        try:
            granted = await self._eval(_RESERVE, reservation.day, *arguments)
        except Unavailable:
            self._reported[reservation.day] = self._reported.get(reservation.day, 0) - owed
            return await self._local.reserve(usd, lease_seconds)
        return reservation if granted else None

    async def settle(self, reservation: Reservation, usd: float) -> None:
        """Where Redis can't be reached the reservation is charged in full when its lease ends."""
        await self._local.settle(reservation, usd)
        try:
            await self._eval(_SETTLE, reservation.day, reservation.reservation_id, micros(usd))
        except Unavailable:
            return

    async def spent_today(self) -> float:
        key = _keys(self._name, seoul_day(self._clock))[0]
        try:
            total: bytes | None = await self._connection.run(lambda client: client.execute_command("GET", key))
        except Unavailable:
            return await self._local.spent_today()
        return int(total or 0) / 1e6

    def _owed(self, day: str) -> int:
        """What was spent alone and is not in the shared total yet: taken by the call that is about to report it."""
        local = self._local.total_micros()
        owed = local - self._reported.get(day, 0)
        self._reported = {day: local}
        return owed

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def _eval(self, script: str, day: str, *arguments: str | float) -> int:
        keys = _keys(self._name, day)
        done: int = await self._connection.run(
            lambda client: client.execute_command("EVAL", script, len(keys), *keys, self._now(), *arguments)
        )
        return done


def _keys(name: str, day: str) -> tuple[str, str, str]:
    tag = f"{{spend:{name}}}:{day}"
    return f"{tag}:total", f"{tag}:open", f"{tag}:leases"
