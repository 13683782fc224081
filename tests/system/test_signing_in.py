"""On a stack that runs, functions are in the database who they are when deployed."""

import pytest

from tests.system.running_stack import RunningStack, becomes, body_of

pytestmark = [pytest.mark.xdist_group("running stack"), pytest.mark.timeout(300)]
STORE = {
    "name": "새벽문구",
    "industry": "소매점",
    "businessType": "문구점",
    "location": {"city": "대전", "district": "서구"},
}


async def signed_in(stack: RunningStack) -> set[str]:
    async with stack.database() as database:
        rows = await database.fetch(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE usename LIKE 'shopevents\\_%' AND datname = 'shopevents'"
        )
    return {row["usename"] for row in rows}


async def test_functions_work_as_their_roles(stack: RunningStack) -> None:
    async with stack.client("stationery-shop") as owner:
        body_of(await owner.put("/stores/me", json=STORE))
        body_of(await owner.post("/recommendations", json={"eventPurpose": "재방문유도"}))
        expected = {"shopevents_recommend", "shopevents_owners"}
        await becomes(lambda: _are_in(stack, expected))
        assert (await owner.delete("/stores/me")).status_code == 204


async def _are_in(stack: RunningStack, expected: set[str]) -> bool:
    return expected <= await signed_in(stack)


def test_the_migrations_own_the_database_also_here(stack: RunningStack) -> None:
    done = stack.command("invoke", "migrate_database", "-", input="{}")
    assert done.returncode == 0, done.stderr
    assert '"applied": []' in done.stdout
