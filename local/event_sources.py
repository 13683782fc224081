"""Delivers queue messages to functions as Lambda's event source mappings do, by what the template says.

Batches, deliveries side by side, partial failures, receive counts, visibility and dead letters are SQS's. One thing is
quicker: what failed comes again after 1, 2, 4, 4 … s instead of the queue's whole visibility (six times the function's
timeout), so that a developer need not wait. A batch waits for no window: it holds what is there.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import psycopg

from local.queues import LocalQueues, Received
from local.wiring import EventSource
from local.workers import FunctionFailed
from shopevents.adapters.database.connection import Database
from shopevents.domain.errors import DependencyError

_POLL_SECONDS = 1.0  # for what becomes visible again; new messages ring
_LONGEST_BACK_OFF_SECONDS = 4.0
_MOST_AT_ONCE = 4  # deliveries per queue: each needs a process, and a developer's machine has few cores
_CONNECTIONS = 4

type Say = Callable[[str, str], None]
"""Takes a text and its level."""


class Invoker(Protocol):
    """What runs functions: `local.functions.Functions` does."""

    async def invoke(self, name: str, payload: Any) -> Any:
        """What the function returns. Raises FunctionFailed."""


class Reasons:
    """Why records failed, picked from what functions log: `{"record_id": …, "message": "record failed: …"}`."""

    def __init__(self) -> None:
        self._found: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def read(self, line: str) -> None:
        """Looks at one line that a function printed."""
        if '"record_id"' not in line:
            return
        try:
            record = json.loads(line)
            self._found.put_nowait((str(record["record_id"]), str(record["message"])))
        except (ValueError, KeyError, TypeError):
            return  # a line of somebody else's

    async def keep(self, queues: LocalQueues) -> None:
        """Writes them to the messages, until cancelled."""
        while True:
            message_id, reason = await self._found.get()
            await queues.note_failure([message_id], reason.removeprefix("record failed: "))


async def deliver(sources: Iterable[EventSource], *, invoker: Invoker, dsn: str, reasons: Reasons, say: Say) -> None:
    """Delivers what comes, until cancelled; what is being delivered then comes again with the next start."""
    database = Database(dsn, size=_CONNECTIONS, name="local-queues")
    queues = LocalQueues(database)
    if released := await queues.release():
        say(f"{released} messages that the last run held come again", "INFO")
    deliveries = [_Delivery(source, queues, invoker, say) for source in sources]
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_listen(dsn, [each.bell for each in deliveries]))
            group.create_task(_persistently(lambda: reasons.keep(queues), say))
            for each in deliveries:
                group.create_task(_persistently(each.run, say))
    finally:
        await database.close()


async def _listen(dsn: str, bells: Sequence[asyncio.Event]) -> None:
    """Rings whenever somebody has sent. A lost connection is made anew; polling goes on meanwhile."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
                await connection.execute("LISTEN local_messages")
                for bell in bells:
                    bell.set()  # for what was sent before we listened
                async for _ in connection.notifies():
                    for bell in bells:
                        bell.set()
        except psycopg.OperationalError:
            await asyncio.sleep(_POLL_SECONDS)


async def _persistently(work: Callable[[], Awaitable[None]], say: Say) -> None:
    """Begins again after the database was away."""
    while True:
        try:
            await work()
        except DependencyError as error:
            say(f"waiting for the database: {error}", "WARNING")
            await asyncio.sleep(_POLL_SECONDS)


class _Delivery:
    """From one queue to its function."""

    def __init__(self, source: EventSource, queues: LocalQueues, invoker: Invoker, say: Say) -> None:
        self.bell = asyncio.Event()
        self._source = source
        self._queues = queues
        self._invoker = invoker
        self._say = say
        self._places = asyncio.Semaphore(min(source.at_once, _MOST_AT_ONCE))

    async def run(self) -> None:
        """Receives and delivers until cancelled. Raises DependencyError."""
        async with asyncio.TaskGroup() as batches:
            while True:
                await self._places.acquire()
                self.bell.clear()
                try:
                    batch = await self._receive()
                except BaseException:
                    self._places.release()
                    raise
                if batch:
                    batches.create_task(self._deliver(batch)).add_done_callback(lambda _: self._places.release())
                else:
                    self._places.release()
                    await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_POLL_SECONDS):
                await self.bell.wait()
        except TimeoutError:
            return

    async def _receive(self) -> list[Received]:
        queue = self._source.queue
        return await self._queues.receive(
            queue.name,
            limit=self._source.batch_size,
            visibility_seconds=queue.visibility_seconds,
            redrive=queue.redrive,
        )

    async def _deliver(self, batch: Sequence[Received]) -> None:
        start = time.monotonic()
        payload = {"Records": [each.record(self._source.queue.name) for each in batch]}
        try:
            answer = await self._invoker.invoke(self._source.function, payload)
            failed = failures(answer, [each.message_id for each in batch]) if self._source.partial else set()
        except FunctionFailed as error:
            failed = {each.message_id for each in batch}
            await self._settle(batch, failed, str(error))
        else:
            await self._settle(batch, failed)
        self._tell(batch, failed, time.monotonic() - start)

    async def _settle(self, batch: Sequence[Received], failed: set[str], reason: str | None = None) -> None:
        await self._queues.delete([each for each in batch if each.message_id not in failed])
        if reason is not None:
            await self._queues.note_failure(sorted(failed), reason)
        for each in batch:
            if each.message_id in failed:
                await self._queues.change_visibility([each], self._again_in(each))

    def _again_in(self, received: Received) -> float:
        """Seconds until a failed message comes again; none where it only has to go to the dead letters."""
        redrive = self._source.queue.redrive
        if redrive and received.receive_count >= redrive.attempts:
            return 0.0
        return min(
            self._source.queue.visibility_seconds, _LONGEST_BACK_OFF_SECONDS, 2.0 ** (received.receive_count - 1)
        )

    def _tell(self, batch: Sequence[Received], failed: set[str], seconds: float) -> None:
        name, took = self._source.queue.name, f"in {seconds * 1000:.0f} ms"
        if not failed:
            self._say(f"{name}: {len(batch)} done {took}", "INFO")
            return
        redrive = self._source.queue.redrive
        left = [each for each in batch if each.message_id in failed]
        given_up = [each for each in left if redrive and each.receive_count >= redrive.attempts]
        text = f"{name}: {len(left)} of {len(batch)} failed {took}"
        if again := [each for each in left if each not in given_up]:
            text += f"; {len(again)} again in {max(map(self._again_in, again)):.0f} s"
        if redrive and given_up:
            text += f"; {len(given_up)} given up: see {redrive.dead_letters} in `python -m local status`"
        self._say(text, "ERROR" if given_up else "WARNING")


def failures(answer: Any, message_ids: Sequence[str]) -> set[str]:
    """The messages that a partial batch response names. A response that Lambda can't read fails all of them."""
    items = answer.get("batchItemFailures") if isinstance(answer, Mapping) else answer
    if not items and not isinstance(items, str):
        return set()  # null and {} mean success, as an empty list does
    known = set(message_ids)
    named = {str(item.get("itemIdentifier")) if isinstance(item, Mapping) else "" for item in items}
    return known if named - known else named
