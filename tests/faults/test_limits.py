"""Limits, switches and a Claude that is down cost an owner the newest plans, never the answer."""

import asyncio
from pathlib import Path

import pytest

from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.controls.redis import RedisControls
from shopevents.adapters.redis_connection import RedisConnection
from tests.contract.waiting import eventually
from tests.faults.answers import sources
from tests.faults.light import light_stack
from tests.vendors.behaviours import Behaviour, Fault

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
LIMITED = "일시적으로 기본 추천을 제공합니다"
DOWN = Behaviour.failing(500)


async def test_past_the_calls_a_minute_the_catalog_answers_and_says_so(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"CLAUDE_CALLS_PER_MINUTE": "3"}) as light:
        answers = [await light.ask(place) for place in range(8)]
        assert 0 < len(light.claude.requests) <= 3  # a cold container may lose a place before its call is out
        for answered in answers[-2:]:
            metadata = answered.body["metadata"]
            assert (metadata["source"], metadata["rateLimited"]) == ("catalog", True)
            assert LIMITED in metadata["message"]


async def test_who_shares_a_limited_answer_is_told_of_the_limit_too(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"CLAUDE_DAILY_USD": "0.0001"}, workers=2) as light:
        together = await asyncio.gather(*(light.ask(1, owner=f"owner-{number}") for number in range(6)))
        assert all(answered.body["metadata"]["rateLimited"] for answered in together)


async def test_with_the_days_money_spent_claude_is_not_asked(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"CLAUDE_DAILY_USD": "0.0001"}) as light:
        metadata = (await light.ask(1)).body["metadata"]
        assert (metadata["source"], metadata["rateLimited"], metadata["costUsd"]) == ("catalog", True, 0.0)
        assert light.claude.requests == []


async def test_an_owner_who_asks_too_fast_gets_the_catalog_and_the_next_owner_claude(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"USER_REQUESTS_PER_MINUTE": "2"}) as light:
        await light.warm()
        hasty = [(await light.ask(place, owner="hasty")).body["metadata"] for place in range(3)]
        assert [metadata["source"] for metadata in hasty] == ["claude", "claude", "catalog"]
        assert [metadata["rateLimited"] for metadata in hasty] == [False, False, True]
        patient = (await light.ask(4, owner="patient")).body["metadata"]
        assert (patient["source"], patient["rateLimited"]) == ("claude", False)


async def test_the_kill_switch_stops_the_calls_and_lets_them_through_again(tmp_path: Path) -> None:
    with light_stack(tmp_path, {}) as light:
        await light.warm()
        connection = RedisConnection(light.redis_url, SystemClock())
        controls, places = RedisControls(connection), iter(range(1000))

        async def source_is(wanted: str) -> bool:
            return bool((await light.ask(next(places))).body["metadata"]["source"] == wanted)

        await controls.force_catalog(on=True)
        await eventually(lambda: source_is("catalog"))  # containers believe what they read for up to 2 s
        asked = len(light.claude.requests)
        assert await source_is("catalog")
        assert len(light.claude.requests) == asked
        await controls.force_catalog(on=False)
        await eventually(lambda: source_is("claude"))
        await connection.aclose()


async def test_an_open_breaker_spares_claude_and_a_probe_closes_it(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"BREAKER_FAILURES": "3", "BREAKER_SECONDS": "4"}) as light:
        await light.warm()
        light.claude.default = DOWN
        places = iter(range(1000))
        while len(light.claude.requests) < 3:
            assert (await light.ask(next(places))).body["metadata"]["source"] == "catalog"
        asked = len(light.claude.requests)
        assert (await light.ask(next(places))).body["metadata"]["source"] == "catalog"
        assert len(light.claude.requests) == asked
        light.claude.default = Behaviour()

        async def is_back() -> bool:
            return bool((await light.ask(next(places))).body["metadata"]["source"] == "claude")

        await eventually(is_back)
        assert len(light.claude.requests) == asked + 1
        assert await is_back()


async def test_an_older_answer_serves_while_claude_is_down_and_fills_what_a_dead_stream_left(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"RESULT_FRESH_SECONDS": "0.1"}) as light:
        await light.warm()
        first = await light.ask(1)
        titles = {plan["title"] for plan in first.body["data"]["recommendations"]}
        assert set(sources(first.body).values()) == {"claude"}
        light.claude.default = DOWN

        async def is_stale() -> bool:
            # Who asked at the same time may have the first answer for a moment longer.
            return bool((await light.ask(1)).body["metadata"]["source"] == "stale")

        await eventually(is_stale)
        assert len(light.claude.requests) == 2  # a call is not repeated where an older answer is at hand
        stale = await light.ask(1)
        assert stale.body["metadata"]["message"]
        assert {plan["title"] for plan in stale.body["data"]["recommendations"]} == titles


async def test_what_a_dead_stream_left_out_comes_from_an_older_answer(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"RESULT_FRESH_SECONDS": "0.1"}) as light:
        await light.warm()
        await light.ask(1)
        light.claude.default = Behaviour(fault=Fault.END, after_chars=700)

        async def is_mixed() -> bool:
            found = sources((await light.ask(1)).body)
            return {"claude", "stale"} <= set(found.values())

        await eventually(is_mixed)


async def test_a_reservation_of_unknown_outcome_is_charged(tmp_path: Path) -> None:
    with light_stack(tmp_path, {"CLAUDE_DAILY_USD": "0.005", "CLAUDE_SECONDS": "2"}) as light:
        light.claude.default = Behaviour(fault=Fault.STALL, after_chars=0)
        metadata = [(await light.ask(place)).body["metadata"] for place in range(4)]
        assert 0 < sum(each["costUsd"] for each in metadata) <= 0.005
        assert metadata[-1]["rateLimited"]
        assert light.claude.requests
        assert len(light.claude.requests) < 6
