"""A cluster that moves slots between its nodes while we use it: nothing fails, nothing is lost."""

from contextlib import ExitStack
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.retry import Retry

from local.embedded_redis import embedded_redis_cluster
from shopevents.adapters.answer_book.redis import RedisAnswerBook
from shopevents.adapters.cache.redis import RedisCache
from shopevents.adapters.flights.redis import RedisFlights
from shopevents.adapters.rate_limiter.redis import RedisRateLimiter
from shopevents.adapters.redis_connection import RedisConnection
from tests.adapters.clock import HandClock
from tests.contract.answers import answer
from tests.contract.conftest import PATIENT_SECONDS


def move_slot_of(key: str, ports: tuple[int, ...]) -> None:
    """Gives a key's slot, with all keys in it, to another node, as an operator's resharding does."""
    slot = key_slot(key.encode())
    with ExitStack() as stack:
        nodes = {port: stack.enter_context(_node_at(port)) for port in ports}
        ids = {port: nodes[port].execute_command("CLUSTER MYID") for port in ports}
        shards = nodes[ports[0]].execute_command("CLUSTER SLOTS")
        owner = next(primary[1] for low, high, primary in shards if low <= slot <= high)
        heir = next(port for port in ports if port != owner)
        nodes[heir].execute_command("CLUSTER SETSLOT", slot, "IMPORTING", ids[owner])
        nodes[owner].execute_command("CLUSTER SETSLOT", slot, "MIGRATING", ids[heir])
        keys = nodes[owner].execute_command("CLUSTER GETKEYSINSLOT", slot, 1000)
        assert keys, "the test moves nothing"
        nodes[owner].execute_command("MIGRATE", "127.0.0.1", heir, "", 0, 5000, "KEYS", *keys)
        for port in (heir, owner):
            nodes[port].execute_command("CLUSTER SETSLOT", slot, "NODE", ids[heir])


def _node_at(port: int) -> Redis:
    return Redis(port=port, retry=Retry(NoBackoff(), 0), socket_timeout=PATIENT_SECONDS, protocol=2)


async def test_what_was_begun_on_one_node_goes_on_on_another(tmp_path: Path, clock: HandClock) -> None:
    with embedded_redis_cluster(tmp_path / "cluster") as ports:
        connection = RedisConnection(f"redis+cluster://127.0.0.1:{ports[0]}", clock, call_seconds=PATIENT_SECONDS)
        cache, flights = RedisCache(connection), RedisFlights(connection)
        limiter, book = RedisRateLimiter(connection), RedisAnswerBook(connection, clock)
        await cache.set_many({"{가}:result": b"1", "{가}:cases": b"2", "{나}:result": b"3"}, 600)
        lease = await flights.acquire("가", 600)
        assert lease
        await limiter.try_acquire("claude", 2)
        await book.keep(answer("r-1"))

        used = (
            "{가}:result",
            "{flight:가}:lease",
            "LIMITS:LIMITER/claude/2/1/minute",
            "answer:owner-1:r-1",
            "answers:stream",
        )
        for key in used:
            move_slot_of(key, ports)

        assert await cache.get_many(["{가}:result", "{나}:result", "{가}:cases"]) == [b"1", b"3", b"2"]
        assert await flights.publish(lease, b"value", 600)
        assert await flights.wait("가", 1) == b"value"
        assert [await limiter.try_acquire("claude", 2) > 0 for _ in range(2)] == [False, True]
        await book.keep(answer("r-2"))
        assert [found.recommendation_id for found in await book.recent("owner-1", 5)] == ["r-2", "r-1"]
        await connection.aclose()
