"""A Redis that was too slow for a moment: what can do without it does, and what can't still asks it."""

import asyncio
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from local.embedded_redis import embedded_redis
from shopevents.adapters.answer_book.redis import RedisAnswerBook
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.redis_connection import RedisConnection
from tests.adapters.tcp_proxy import port_of
from tests.contract.answers import answer
from tests.handlers.container import Container
from tests.handlers.shop_client import ShopClient, check_error

STORE = {"name": "느린국밥", "industry": "국밥집", "location": {"city": "대구", "district": "남구"}}


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[str]:
    """A Redis that only this test freezes."""
    with embedded_redis(tmp_path / "redis", durable=False) as url:
        yield url


@pytest.fixture
def owner(migrated_dsn: str, own_redis: str) -> Iterator[ShopClient]:
    """An owner in front of a container with the settings of production."""
    with Container("manage_shop", DATABASE_URL=migrated_dsn, REDIS_URL=own_redis) as container:
        yield ShopClient(container, f"local:{secrets.token_hex(4)}")


@contextmanager
def frozen(url: str) -> Iterator[None]:
    """Redis takes connections and says nothing."""
    with Redis.from_url(url) as client:
        pid = int(client.info("server")["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def answered(url: str, owner: ShopClient) -> str:
    """The id of an answer that the owner got just now, and that no table has yet."""
    recommendation_id = f"rec_{secrets.token_hex(8)}"

    async def keep() -> None:
        clock = SystemClock()
        connection = RedisConnection(f"redis://127.0.0.1:{port_of(url)}", clock, call_seconds=10)
        await RedisAnswerBook(connection, clock).keep(answer(recommendation_id, owner_id=str(owner.owner)))
        await connection.aclose()

    asyncio.run(keep())
    return recommendation_id


def test_a_redis_that_was_too_slow_once_costs_an_owner_nothing_afterwards(owner: ShopClient, own_redis: str) -> None:
    recommendation_id = answered(own_redis, owner)
    with frozen(own_redis):
        assert owner.call("PUT /stores/me", STORE).status == 200, "limits are decided alone"
    found = owner.call("GET /recommendations/{recommendationId}", recommendationId=recommendation_id)
    assert found.data["recommendationId"] == recommendation_id
    chosen = owner.call("POST /events", {"recommendationId": recommendation_id, "option": "low-online"})
    assert chosen.status == 201, chosen
    assert owner.call("DELETE /stores/me").status == 204


def test_while_redis_is_silent_what_needs_it_asks_to_come_back(owner: ShopClient, own_redis: str) -> None:
    recommendation_id = answered(own_redis, owner)
    assert owner.call("PUT /stores/me", STORE).status == 200
    with frozen(own_redis):
        choice = {"recommendationId": recommendation_id, "option": "low-online"}
        check_error(owner.call("POST /events", choice), 503, "unavailable")
        check_error(owner.call("DELETE /stores/me"), 503, "unavailable")
    assert owner.call("DELETE /stores/me").status == 204
    check_error(owner.call("POST /events", choice), 404, "not_found")
