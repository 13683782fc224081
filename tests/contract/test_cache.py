"""Every cache keeps what it is given, for as long as it is told to."""

import pytest

from shopevents.adapters.cache.memory import MemoryCache
from shopevents.adapters.cache.redis import RedisCache
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.ports.cache import Cache
from tests.contract.waiting import eventually


@pytest.fixture
def cache(connection: RedisConnection | None) -> Cache:
    return RedisCache(connection) if connection else MemoryCache()


async def test_values_come_back_in_the_order_of_the_keys(cache: Cache) -> None:
    await cache.set_many({"{음식점|서울|중구}:a": b"\x00one", "elsewhere": b"two", "third": b""}, ttl_seconds=60)

    assert await cache.get_many(["third", "absent", "{음식점|서울|중구}:a", "elsewhere", "third"]) == [
        b"",
        None,
        b"\x00one",
        b"two",
        b"",
    ]


async def test_a_hundred_keys_on_all_slots_are_read_together(cache: Cache) -> None:
    entries = {f"key-{number}": str(number).encode() for number in range(100)}
    await cache.set_many(entries, ttl_seconds=60)

    assert await cache.get_many(list(entries)) == list(entries.values())


async def test_nothing_is_asked_of_nothing(cache: Cache) -> None:
    await cache.set_many({}, ttl_seconds=60)
    await cache.delete_many([])

    assert await cache.get_many([]) == []


async def test_a_later_value_replaces_an_earlier_one(cache: Cache) -> None:
    await cache.set_many({"a": b"old"}, ttl_seconds=60)
    await cache.set_many({"a": b"new"}, ttl_seconds=60)

    assert await cache.get_many(["a"]) == [b"new"]


async def test_a_value_is_gone_after_its_time(cache: Cache) -> None:
    await cache.set_many({"short": b"1"}, ttl_seconds=0.05)
    await cache.set_many({"long": b"1"}, ttl_seconds=60)

    async def is_gone() -> bool:
        return await cache.get_many(["short"]) == [None]

    await eventually(is_gone)
    assert await cache.get_many(["long"]) == [b"1"]


async def test_deleted_keys_are_gone_and_unknown_ones_no_error(cache: Cache) -> None:
    await cache.set_many({"a": b"1", "b": b"2", "c": b"3"}, ttl_seconds=60)
    await cache.delete_many(["a", "c", "never there"])

    assert await cache.get_many(["a", "b", "c"]) == [None, b"2", None]


async def test_memory_keeps_the_newest_entries_when_it_is_full() -> None:
    cache = MemoryCache(max_entries=2)
    for key in ("a", "b", "a", "c"):
        await cache.set_many({key: b"1"}, ttl_seconds=60)

    assert await cache.get_many(["a", "b", "c"]) == [b"1", None, b"1"]
