"""PostgreSQL and Redis killed or frozen, before a request and in the middle of one: six valid plans all the same.

One stack, its cells one after another: the later ones find the damage of the earlier ones.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from local import seed
from local.stack import only_one, services
from tests.contract.waiting import eventually
from tests.faults.answers import sources
from tests.faults.light import Light, claude_settings
from tests.faults.serving import Answered, Serving
from tests.system.processes import descendants_of, wait_until_ended
from tests.vendors.behaviours import Behaviour
from tests.vendors.claude import ClaudeFake

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
TYPICAL = Behaviour(delay_seconds=1.0, tokens_per_second=300)


@dataclass(frozen=True, slots=True)
class Fragile:
    """A stack whose servers can be frozen and killed."""

    light: Light
    postgres: int
    redis: int

    @contextmanager
    def frozen(self, *servers: int) -> Iterator[None]:
        """Nothing of these servers moves during the block."""
        pids = [pid for server in servers for pid in (server, *descendants_of(server))]
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    async def asking(self, place: int) -> "asyncio.Task[Answered]":
        """A request that Claude is writing for."""
        before = len(self.light.claude.requests)
        task = asyncio.create_task(self.light.ask(place))

        async def is_asked() -> bool:
            return len(self.light.claude.requests) > before or task.done()

        await eventually(is_asked)
        return task


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fragile]:
    data = tmp_path_factory.mktemp("fragile")
    with (
        ClaudeFake() as claude,
        only_one(data),
        services(data, claude_settings(claude), lambda _: None) as environment,
    ):
        seed.prepare(environment, lambda _: None)
        queues = {"LOCAL_QUEUE_DATABASE_URL": environment["DATABASE_URL"]}
        with Serving({**queues, **environment}, workers=1) as serving:
            light = Light(serving, claude, environment["REDIS_URL"])
            asyncio.run(light.warm())
            claude.default = TYPICAL
            yield Fragile(light, _postgres_pid(data), _redis_pid(light.redis_url))


def _postgres_pid(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().partition("\n")[0])


def _redis_pid(url: str) -> int:
    with Redis.from_url(url) as client:
        information = client.info("server")
    assert isinstance(information, dict)
    return int(information["process_id"])


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_until_ended([pid])


def _is_whole(answered: Answered) -> bool:
    return set(sources(answered.body).values()) == {"claude"}


async def test_1_a_postgres_that_freezes_in_mid_request_costs_nothing_that_is_seen(fragile: Fragile) -> None:
    task = await fragile.asking(1)
    with fragile.frozen(fragile.postgres):
        assert _is_whole(await task)


async def test_2_a_frozen_postgres_costs_the_grounding(fragile: Fragile) -> None:
    with fragile.frozen(fragile.postgres):
        answered = await fragile.light.ask(2)
    assert _is_whole(answered)
    assert not any(plan["basis"] for plan in answered.body["data"]["recommendations"])
    assert answered.body["metadata"]["message"]


async def test_3_a_redis_that_freezes_in_mid_request_costs_nothing_that_is_seen(fragile: Fragile) -> None:
    task = await fragile.asking(3)
    with fragile.frozen(fragile.redis):
        assert _is_whole(await task)


async def test_4_a_frozen_redis_costs_the_cache(fragile: Fragile) -> None:
    with fragile.frozen(fragile.redis):
        assert _is_whole(await fragile.light.ask(4))
        assert _is_whole(await fragile.light.ask(4))


async def test_5_with_both_frozen_claude_still_writes(fragile: Fragile) -> None:
    with fragile.frozen(fragile.redis, fragile.postgres):
        assert _is_whole(await fragile.light.ask(5))


async def test_6_a_redis_that_is_killed_in_mid_request_costs_nothing_that_is_seen(fragile: Fragile) -> None:
    task = await fragile.asking(6)
    _kill(fragile.redis)
    assert _is_whole(await task)
    assert _is_whole(await fragile.light.ask(6))


async def test_7_a_postgres_that_is_killed_in_mid_request_too(fragile: Fragile) -> None:
    task = await fragile.asking(7)
    _kill(fragile.postgres)
    assert _is_whole(await task)
    assert _is_whole(await fragile.light.ask(7))


async def test_8_with_all_of_them_gone_the_catalog_answers(fragile: Fragile) -> None:
    fragile.light.claude.default = Behaviour.failing(529, retry_after=300)
    metadata = (await fragile.light.ask(8)).body["metadata"]
    assert metadata["source"] == "catalog"
    assert metadata["message"]
