"""The shared cache: bytes under text keys, with a lifetime."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Cache(Protocol):
    """A cache shared by all containers. What it holds may be gone at any time."""

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values in the order of `keys`, None where absent, in one round trip (per node of a
        cluster). Raises Unavailable."""
        ...

    async def set_many(self, entries: Mapping[str, bytes], ttl_seconds: float) -> None:
        """Stores all entries for `ttl_seconds`, in one round trip. Raises Unavailable."""
        ...

    async def delete_many(self, keys: Sequence[str]) -> None:
        """Forgets keys. Raises Unavailable."""
        ...
