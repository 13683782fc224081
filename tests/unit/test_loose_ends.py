import asyncio

import pytest

from shopevents.use_cases.loose_ends import LooseEnds


async def test_what_was_begun_goes_on_side_by_side_before_anybody_waits_for_it() -> None:
    loose_ends, one, other = LooseEnds(), asyncio.Event(), asyncio.Event()

    async def meet(mine: asyncio.Event, theirs: asyncio.Event) -> None:
        mine.set()
        await theirs.wait()

    loose_ends.begin(meet(one, other))
    await one.wait()
    loose_ends.begin(meet(other, one))
    await loose_ends.tie_up()
    assert one.is_set()
    assert other.is_set()


async def test_one_that_fails_keeps_no_other_from_being_done() -> None:
    loose_ends, released, done = LooseEnds(), asyncio.Event(), []

    async def fail() -> None:
        released.set()
        raise RuntimeError("a bug")

    async def slowly() -> None:
        await released.wait()
        await asyncio.sleep(0)
        done.append("slowly")

    loose_ends.begin(fail())
    loose_ends.begin(slowly())
    with pytest.raises(RuntimeError, match="a bug"):
        await loose_ends.tie_up()
    assert done == ["slowly"]


async def test_who_stops_waiting_stops_the_work() -> None:
    loose_ends, begun, ended = LooseEnds(), asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    loose_ends.begin(endless())
    tying = asyncio.create_task(loose_ends.tie_up())
    await begun.wait()
    tying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tying
    assert ended.is_set()


async def test_nothing_begun_is_nothing_to_wait_for() -> None:
    await LooseEnds().tie_up()
