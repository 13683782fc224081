"""Every adapter of the operators' switches behaves alike."""

from functools import partial

import pytest

from shopevents.adapters.controls.memory import MemoryControls
from shopevents.adapters.controls.redis import RedisControls
from shopevents.adapters.redis_client import RedisClient
from shopevents.adapters.redis_connection import RedisConnection
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.controls import Controls, ControlState

FOOD, LODGING = IndustryCategory.FOOD, IndustryCategory.LODGING


@pytest.fixture
def controls(connection: RedisConnection | None) -> Controls:
    return RedisControls(connection) if connection else MemoryControls()


async def test_nothing_is_switched_at_first(controls: Controls) -> None:
    assert await controls.read(FOOD) == ControlState()


async def test_the_kill_switch_holds_for_every_industry_until_it_is_taken_back(controls: Controls) -> None:
    await controls.force_catalog(on=True)
    assert (await controls.read(FOOD)).force_catalog
    assert (await controls.read(LODGING)).force_catalog

    await controls.force_catalog(on=False)
    assert not (await controls.read(FOOD)).force_catalog


async def test_a_promoted_prompt_can_be_taken_back(controls: Controls) -> None:
    await controls.promote_prompt("더 짧게")
    assert (await controls.read(FOOD)).prompt_variant == "더 짧게"

    await controls.promote_prompt(None)
    assert (await controls.read(FOOD)).prompt_variant is None


async def test_renewing_changes_one_industrys_generation_only(controls: Controls) -> None:
    assert await controls.renew_generation(FOOD)

    assert (await controls.read(FOOD)).generation
    assert (await controls.read(LODGING)).generation == ""


async def test_a_generation_is_renewed_at_most_once_in_a_while(controls: Controls) -> None:
    await controls.renew_generation(FOOD)
    first = (await controls.read(FOOD)).generation

    assert not await controls.renew_generation(FOOD)
    assert (await controls.read(FOOD)).generation == first
    assert await controls.renew_generation(LODGING)


@pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)
async def test_a_generation_never_comes_back_after_redis_lost_it(connection: RedisConnection) -> None:
    """A counter would start again and make old values fresh."""
    controls = RedisControls(connection)
    await controls.renew_generation(FOOD)
    first = (await controls.read(FOOD)).generation
    for key in ("{controls}:generation:음식점", "{controls}:generation:음식점:pause"):
        await connection.run(partial(_delete, key))
    await controls.renew_generation(FOOD)

    assert (await controls.read(FOOD)).generation not in ("", first)


@pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)
async def test_a_container_holds_what_it_read_for_a_moment_and_then_sees_what_others_did(
    connection: RedisConnection,
) -> None:
    holding, forgetful = RedisControls(connection, hold_seconds=600), RedisControls(connection, hold_seconds=0)
    other = RedisControls(connection)
    await holding.read(FOOD)
    await forgetful.read(FOOD)

    await other.force_catalog(on=True)

    assert not (await holding.read(FOOD)).force_catalog
    assert (await forgetful.read(FOOD)).force_catalog
    assert (await holding.read(LODGING)).force_catalog


@pytest.mark.parametrize("connection", ["redis", "redis cluster"], indirect=True)
async def test_the_pause_between_renewals_ends(connection: RedisConnection) -> None:
    controls = RedisControls(connection)
    await controls.renew_generation(FOOD)
    pause = "{controls}:generation:음식점:pause"

    assert 0 < await connection.run(lambda client: client.execute_command("PTTL", pause)) <= 15 * 60 * 1000
    await connection.run(partial(_delete, pause))
    assert await controls.renew_generation(FOOD)


async def _delete(key: str, client: RedisClient) -> None:
    await client.execute_command("DEL", key)
