"""A cache of one process."""

import asyncio
from collections.abc import Mapping, Sequence

# Enough for what a container can ask while it lives without Redis; the oldest entries go first.
MEMORY_ENTRIES = 1000


class MemoryCache:
    """A bounded dictionary; entries go when their time is over or newer ones need the place."""

    def __init__(self, max_entries: int = MEMORY_ENTRIES) -> None:
        self._entries: dict[str, tuple[float, bytes]] = {}
        self._max_entries = max_entries

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        now = asyncio.get_running_loop().time()
        return [self._read(key, now) for key in keys]

    async def set_many(self, entries: Mapping[str, bytes], ttl_seconds: float) -> None:
        expires_at = asyncio.get_running_loop().time() + ttl_seconds
        for key, value in entries.items():
            self._entries.pop(key, None)
            self._entries[key] = (expires_at, value)
        while len(self._entries) > self._max_entries:
            del self._entries[next(iter(self._entries))]

    async def delete_many(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._entries.pop(key, None)

    def _read(self, key: str, now: float) -> bytes | None:
        expires_at, value = self._entries.get(key, (0.0, b""))
        return value if now < expires_at else None
