"""Single flight: of many containers that want the same thing, one makes it and the others wait."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to make the value of `key`. `token` grows with every lease of a key: a holder whose
    lease was taken over can no longer publish (fencing)."""

    key: str
    token: int


class Flights(Protocol):
    """Leases on keys, and the values their holders publish."""

    async def acquire(self, key: str, lease_seconds: float) -> Lease | None:
        """The lease, or None while somebody else holds it, or has published a value that is still kept
        (`wait` then gives it at once): who comes a moment late makes nothing again. Raises Unavailable."""
        ...

    async def renew(self, lease: Lease, lease_seconds: float) -> bool:
        """Prolongs the lease; false when it is no longer ours. Raises Unavailable."""
        ...

    async def publish(self, lease: Lease, value: bytes, keep_seconds: float) -> bool:
        """Hands the value to everybody who waits and ends the lease; false, with no effect, when the
        lease is no longer ours. Raises Unavailable."""
        ...

    async def release(self, lease: Lease) -> None:
        """Ends the lease without a value, so that a follower can take over at once. Raises Unavailable."""
        ...

    async def wait(self, key: str, timeout_seconds: float) -> bytes | None:
        """The value as soon as it is published; None at once when the lease is free without one (the
        caller may take over), or after the timeout. Raises Unavailable."""
        ...
