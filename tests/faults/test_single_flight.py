"""Who asks the same at the same time gets the same, made once, even when the one who makes it dies."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from redis import Redis

from tests.contract.waiting import eventually
from tests.faults.answers import PROMISED_SECONDS, broken_promises
from tests.faults.light import Light, light_stack, settings_of
from tests.faults.serving import Serving
from tests.system.processes import wait_until_ended
from tests.vendors.behaviours import Behaviour, Fault

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
CONTAINERS, OWNERS = 5, 100
TYPICAL = Behaviour(delay_seconds=0.7, tokens_per_second=250)


async def test_a_hundred_identical_requests_make_one_call(tmp_path: Path) -> None:
    with light_stack(tmp_path, {}, workers=CONTAINERS) as light:
        await asyncio.gather(*(light.ask_unchecked(place) for place in range(10, 10 + CONTAINERS)))
        await light.warm()
        light.claude.default = TYPICAL
        answers = await asyncio.gather(*(light.ask(1, owner=f"owner-{number}") for number in range(OWNERS)))
        assert len(light.claude.requests) == 1
        assert {answered.body["metadata"]["source"] for answered in answers} == {"claude"}
        assert len({answered.body["data"]["recommendationId"] for answered in answers}) == OWNERS


async def test_followers_of_a_killed_leader_answer_in_time(tmp_path: Path) -> None:
    with (
        light_stack(tmp_path, {}, workers=2) as followers,
        Serving(settings_of(followers.claude, followers.redis_url), workers=1) as leader,
    ):
        led = Light(leader, followers.claude, followers.redis_url)
        await led.warm()
        await asyncio.gather(*(followers.ask_unchecked(place) for place in (10, 11)))
        await followers.warm()
        followers.claude.script(Behaviour(fault=Fault.STALL, after_chars=100))
        async with asyncio.TaskGroup() as group:
            killed = group.create_task(led.ask_unchecked(1))
            await asyncio.to_thread(followers.claude.wait_until_struck)
            waiting = [group.create_task(followers.ask(1)) for _ in range(2)]
            await _until_somebody_waits(followers.redis_url)
            victims = leader.worker_pids()
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
            await asyncio.to_thread(wait_until_ended, victims)
        assert killed.result().status == 502
        assert len(followers.claude.requests) == 2  # the leader's, and that of one follower who took over
        for task in waiting:
            answered = task.result()
            assert answered.seconds < PROMISED_SECONDS
            assert broken_promises(answered.body) == []
            assert answered.body["metadata"]["source"] == "claude"


async def _until_somebody_waits(redis_url: str) -> None:
    """A follower looks at the flight again and again."""
    with Redis.from_url(redis_url) as client:

        def looks() -> int:
            statistics = client.info("commandstats")
            assert isinstance(statistics, dict)
            return int(statistics["cmdstat_mget"]["calls"])

        before = looks()

        async def is_looking() -> bool:
            return await asyncio.to_thread(looks) > before + 10

        await eventually(is_looking)
