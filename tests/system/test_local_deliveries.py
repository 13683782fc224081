"""Queue messages reach functions on this machine as they do from SQS: again when they fail, never lost, never for ever."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from local.event_sources import Reasons, deliver
from local.functions import Functions
from local.queues import make_tables
from local.template import read_template
from local.wiring import read_wiring
from shopevents.adapters.database.connection import Database

TEMPLATE = Path(__file__).parent / "deliveries" / "template.yaml"
ORDERS, DEAD = "consume_orders", "consume_orders_dead_letter"


class Stack:
    """The queues of the template at work."""

    def __init__(self, dsn: str, database: Database, notes: Path) -> None:
        self._dsn = dsn
        self._database = database
        self._notes = notes
        self.said: list[tuple[str, str]] = []
        self._reasons = Reasons()
        environment = {**os.environ, "NOTES": str(notes)}
        self._functions = Functions(read_template(TEMPLATE), environment, lambda _, line: self._reasons.read(line))
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._work = asyncio.create_task(
            deliver(
                read_wiring(TEMPLATE).sources,
                invoker=self._functions,
                dsn=self._dsn,
                reasons=self._reasons,
                say=lambda text, level: self.said.append((level, text)),
            )
        )

    async def stop(self) -> None:
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def close(self) -> None:
        await self.stop()
        await self._functions.close()

    async def send(self, *bodies: dict[str, Any], queue: str = ORDERS) -> None:
        texts = [json.dumps(body) for body in bodies]
        await self._database.execute(
            "INSERT INTO local_messages (queue, body) SELECT %s, unnest(%s::text[])", (queue, texts)
        )

    async def until(self, **left: int) -> None:
        """Until the queues hold this many messages; the test's time limit is the only clock."""
        await becomes(lambda: self._holds(left))

    async def _holds(self, expected: dict[str, int]) -> bool:
        assert self._work is None or not self._work.done(), self._work
        return await self.left() == expected

    async def left(self) -> dict[str, int]:
        rows = await self._database.fetch("SELECT queue, count(*) FROM local_messages GROUP BY queue")
        return {row["queue"]: row["count"] for row in rows}

    def deliveries(self, name: str) -> list[tuple[int, int]]:
        """The process and the batch's size of each delivery of a message."""
        lines = (self._notes / name).read_text().splitlines()
        return [(int(pid), int(batch)) for pid, batch in (line.split() for line in lines)]

    async def failure_of(self, name: str) -> str:
        rows = await self._database.fetch(
            "SELECT last_failure FROM local_messages WHERE body::jsonb ->> 'name' = %s", [name]
        )
        return str(rows[0]["last_failure"])

    async def says_why(self, name: str, reason: str) -> bool:
        return reason in await self.failure_of(name)


async def becomes(ready: Callable[[], Awaitable[bool]]) -> None:
    while True:
        if await ready():
            return
        await asyncio.sleep(0.02)


@pytest.fixture
async def stack(database: Database, migrated_dsn: str, tmp_path: Path) -> AsyncIterator[Stack]:
    make_tables(migrated_dsn)
    stack = Stack(migrated_dsn, database, tmp_path)
    yield stack
    await stack.close()


def order(name: str, order: str = "", times: int = 0, **more: Any) -> dict[str, Any]:
    return {"name": name, "order": order, "times": times, **more}


async def test_what_waits_and_what_comes_is_delivered_in_batches(stack: Stack) -> None:
    await stack.send(*(order(f"early-{number}") for number in range(7)))
    stack.start()
    await stack.until()
    await stack.send(order("late"))
    await stack.until()
    assert [len(stack.deliveries(name)) for name in ("early-0", "early-6", "late")] == [1, 1, 1]
    assert {stack.deliveries(f"early-{number}")[0][1] for number in range(7)} <= {1, 2, 3}
    assert stack.deliveries("early-0")[0][1] == 3


async def test_only_the_failed_messages_of_a_batch_come_again(stack: Stack) -> None:
    await stack.send(order("good"), order("bad", "fail", times=1), order("fine"))
    stack.start()
    await stack.until()
    assert [len(stack.deliveries(name)) for name in ("good", "bad", "fine")] == [1, 2, 1]
    assert ("WARNING", "consume_orders: 1 of 3 failed") in [(level, text[:29]) for level, text in stack.said]


@pytest.mark.parametrize("end", ["raise", "die", "overrun"])
async def test_a_batch_whose_process_fails_comes_again(stack: Stack, end: str) -> None:
    await stack.send(order("victim", end, times=1), order("neighbour"))
    stack.start()
    await stack.until()
    assert len(stack.deliveries("victim")) == 2
    pids = [pid for pid, _ in stack.deliveries("victim")]
    assert (pids[0] == pids[1]) == (end == "raise"), "a process that died or overran is not used again"


async def test_poison_ends_among_the_dead_letters_with_its_reason_and_stops_nobody(stack: Stack) -> None:
    await stack.send(order("poison", "fail", times=99), order("after"))
    stack.start()
    await stack.until(**{DEAD: 1})
    assert len(stack.deliveries("poison")) == 3
    assert len(stack.deliveries("after")) == 1
    assert await stack.failure_of("poison") == "not today"
    assert any(level == "ERROR" and DEAD in text for level, text in stack.said)


async def test_a_plain_source_fails_as_a_whole_and_says_why(stack: Stack) -> None:
    await stack.send(order("one", "raise", times=99), queue="plain")
    stack.start()
    await becomes(lambda: stack.says_why("one", "LookupError"))
    assert await stack.left() == {"plain": 1}


async def test_batches_are_delivered_side_by_side(stack: Stack) -> None:
    names = [f"guest-{number}" for number in range(4)]  # more than a batch holds
    await stack.send(*(order(name, "meet", times=1, guests=[names[0], names[3]]) for name in names))
    stack.start()
    await stack.until()
    assert stack.deliveries(names[0])[0][0] != stack.deliveries(names[3])[0][0]


async def test_what_a_stopped_stack_held_is_delivered_by_the_next(stack: Stack, tmp_path: Path) -> None:
    await stack.send(order("held", "meet", times=1, guests=["never"]))
    stack.start()
    await becomes(lambda: asyncio.to_thread((tmp_path / "held").exists))
    await stack.stop()
    assert await stack.left() == {ORDERS: 1}
    stack.start()
    await stack.until()
    assert len(stack.deliveries("held")) == 2


async def test_delivery_goes_on_after_the_database_was_away(stack: Stack, database: Database) -> None:
    stack.start()
    await stack.send(order("before"))
    await stack.until()
    await database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    await stack.send(order("after"))
    await stack.until()
    assert len(stack.deliveries("after")) == 1
