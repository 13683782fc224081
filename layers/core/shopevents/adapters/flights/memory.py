"""Single flight within one process."""

import asyncio
from dataclasses import dataclass, field

from shopevents.ports.flights import Lease


@dataclass(slots=True)
class _Flight:
    """Times are the event loop's. `changed` is set, and replaced, whenever a lease ends or a value comes."""

    token: int = 0
    leased_until: float = 0.0
    value: bytes | None = None
    kept_until: float = 0.0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def is_leased(self, now: float) -> bool:
        return now < self.leased_until

    def value_at(self, now: float) -> bytes | None:
        return self.value if now < self.kept_until else None

    def tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class MemoryFlights:
    """Leases and values in a dictionary, swept of what is over when it grows."""

    def __init__(self, sweep_at: int = 1000) -> None:
        self._flights: dict[str, _Flight] = {}
        self._tokens = 0
        self._sweep_at = sweep_at

    async def acquire(self, key: str, lease_seconds: float) -> Lease | None:
        now = _now()
        self._sweep(now)
        flight = self._flights.setdefault(key, _Flight())
        if flight.is_leased(now) or flight.value_at(now) is not None:
            return None
        self._tokens += 1
        flight.token, flight.leased_until = self._tokens, now + lease_seconds
        return Lease(key, flight.token)

    async def renew(self, lease: Lease, lease_seconds: float) -> bool:
        flight = self._held(lease)
        if flight:
            flight.leased_until = _now() + lease_seconds
        return flight is not None

    async def publish(self, lease: Lease, value: bytes, keep_seconds: float) -> bool:
        flight = self._held(lease)
        if flight is None:
            return False
        flight.value, flight.kept_until, flight.leased_until = value, _now() + keep_seconds, 0.0
        flight.tell()
        return True

    async def release(self, lease: Lease) -> None:
        if flight := self._held(lease):
            flight.leased_until = 0.0
            flight.tell()

    async def wait(self, key: str, timeout_seconds: float) -> bytes | None:
        gives_up_at = _now() + timeout_seconds
        flight = self._flights.get(key, _Flight())
        while flight.is_leased(now := _now()) and now < gives_up_at:
            try:
                async with asyncio.timeout_at(min(flight.leased_until, gives_up_at)):
                    await flight.changed.wait()
            except TimeoutError:
                continue  # lapsed, renewed meanwhile, or our time is over: the loop's condition says which
        return flight.value_at(_now())

    def _held(self, lease: Lease) -> _Flight | None:
        flight = self._flights.get(lease.key)
        return flight if flight and flight.token == lease.token and flight.is_leased(_now()) else None

    def _sweep(self, now: float) -> None:
        if len(self._flights) >= self._sweep_at:
            self._flights = {
                key: flight
                for key, flight in self._flights.items()
                if flight.is_leased(now) or flight.value_at(now) is not None
            }


def _now() -> float:
    return asyncio.get_running_loop().time()
