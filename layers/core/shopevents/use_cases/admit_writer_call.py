"""May Claude be called now? Kill switch, circuit breaker, rate limit and the day's money decide."""

from collections.abc import Awaitable
from dataclasses import dataclass

from shopevents.domain.degradations import Degradation
from shopevents.ports.circuit_breaker import CircuitBreaker
from shopevents.ports.controls import ControlState
from shopevents.ports.rate_limiter import RateLimiter
from shopevents.ports.spend_ledger import Reservation, SpendLedger

WRITER_LIMIT_NAME = "claude"
# Longer than any call can last: a reservation still open then has an unknown outcome and is charged.
RESERVATION_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Gate:
    """What guards the calls to Claude."""

    limiter: RateLimiter
    breaker: CircuitBreaker
    ledger: SpendLedger
    calls_per_minute: int
    usd_per_call: float


async def admit_writer_call(gate: Gate, controls: ControlState) -> Reservation | Degradation:
    """The money set aside for a call that may be made, or why it may not. The guard that is cheapest to
    ask in vain comes first. None of them raises: they fail open to local limits."""
    if controls.force_catalog:
        return Degradation.SWITCHED_OFF
    if not await gate.breaker.allows():
        return Degradation.BREAKER_OPEN
    if await gate.limiter.try_acquire(WRITER_LIMIT_NAME, gate.calls_per_minute) > 0:
        return Degradation.RATE_LIMITED
    reservation = await gate.ledger.reserve(gate.usd_per_call, RESERVATION_SECONDS)
    return reservation or Degradation.SPEND_CAP


async def give_back(gate: Gate, admission: Awaitable[Reservation | Degradation]) -> Degradation | None:
    """Frees the money of an admission that no call follows; returns why it was refused, if it was. A breaker that let
    it through as its probe waits the probe out."""
    admitted = await admission
    if isinstance(admitted, Degradation):
        return admitted
    await gate.ledger.settle(admitted, 0.0)
    return None
