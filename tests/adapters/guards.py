"""Guards that say what they are told to say, and remember what they heard."""

from shopevents.ports.spend_ledger import Reservation
from shopevents.use_cases.admit_writer_call import Gate


class Limiter:
    def __init__(self, wait_seconds: float = 0.0) -> None:
        self.wait_seconds = wait_seconds
        self.taken: list[str] = []

    async def try_acquire(self, name: str, per_minute: int) -> float:
        self.taken.append(name)
        return self.wait_seconds


class Breaker:
    def __init__(self, *, is_open: bool = False) -> None:
        self.is_open = is_open
        self.outcomes: list[str] = []

    async def allows(self) -> bool:
        return not self.is_open

    async def report_success(self) -> None:
        self.outcomes.append("success")

    async def report_failure(self) -> None:
        self.outcomes.append("failure")


class Ledger:
    def __init__(self, *, has_money: bool = True) -> None:
        self.has_money = has_money
        self.settled: list[float] = []
        self.reserved = 0

    async def reserve(self, usd: float, lease_seconds: float) -> Reservation | None:
        if not self.has_money:
            return None
        self.reserved += 1
        return Reservation(f"r{self.reserved}", "2026-11-23", usd)

    async def settle(self, reservation: Reservation, usd: float) -> None:
        self.settled.append(usd)

    async def spent_today(self) -> float:
        return sum(self.settled)


def gate(limiter: Limiter | None = None, breaker: Breaker | None = None, ledger: Ledger | None = None) -> Gate:
    """A gate that lets everything through but for the guard that is given."""
    return Gate(
        limiter=limiter or Limiter(),
        breaker=breaker or Breaker(),
        ledger=ledger or Ledger(),
        calls_per_minute=50,
        usd_per_call=0.01,
    )
