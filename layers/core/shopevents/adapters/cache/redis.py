"""The shared cache in Redis."""

import asyncio
from collections.abc import Mapping, Sequence

from redis.crc import key_slot

from shopevents.adapters.redis_client import RedisClient
from shopevents.adapters.redis_connection import RedisConnection


class RedisCache:
    """One MGET; on a cluster one per hash slot, all at once (keys of one hash tag share a slot)."""

    def __init__(self, connection: RedisConnection) -> None:
        self._connection = connection

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        found: dict[str, bytes | None] = {}
        for part in await self._connection.run(lambda client: self._read(client, keys)):
            found |= part
        return [found[key] for key in keys]

    async def set_many(self, entries: Mapping[str, bytes], ttl_seconds: float) -> None:
        async def write(client: RedisClient) -> None:
            pipeline = client.pipeline(transaction=False)
            for key, value in entries.items():
                pipeline.set(key, value, px=max(1, round(ttl_seconds * 1000)))
            await pipeline.execute()

        if entries:
            await self._connection.run(write)

    async def delete_many(self, keys: Sequence[str]) -> None:
        async def forget(client: RedisClient) -> None:
            pipeline = client.pipeline(transaction=False)
            for key in keys:
                pipeline.delete(key)
            await pipeline.execute()

        if keys:
            await self._connection.run(forget)

    async def _read(self, client: RedisClient, keys: Sequence[str]) -> list[dict[str, bytes | None]]:
        return await asyncio.gather(*(_read_group(client, group) for group in self._groups(keys)))

    def _groups(self, keys: Sequence[str]) -> list[list[str]]:
        if not self._connection.is_cluster:
            return [list(keys)] if keys else []
        groups: dict[int, list[str]] = {}
        for key in keys:
            groups.setdefault(key_slot(key.encode()), []).append(key)
        return list(groups.values())


async def _read_group(client: RedisClient, keys: list[str]) -> dict[str, bytes | None]:
    values: list[bytes | None] = await client.execute_command("MGET", *keys)
    return dict(zip(keys, values, strict=True))
