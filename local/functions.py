"""Runs the template's functions, each in worker processes of its own, as Lambda's execution environments do.

Where all workers of a function are busy, another one is started, up to a limit; beyond it an invocation waits for
the first that is free. One that answers stays warm for the next.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

from local.template import Function
from local.workers import FunctionFailed, LineReader, Worker

_MOST_WORKERS = 10  # per function; Lambda's own limit is 1,000 for an account


class Functions:
    """Invokes functions by their logical ids. To be used on one event loop, and closed on it."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        environment: Mapping[str, str],
        on_line: LineReader,
        *,
        most_workers: int = _MOST_WORKERS,
    ) -> None:
        self._pools = {
            name: _Pool(function, environment, on_line, most_workers) for name, function in functions.items()
        }

    async def invoke(self, name: str, payload: Any) -> Any:
        """What the function's handler returns for `payload`. Raises FunctionFailed, and KeyError for no such name."""
        return await self._pools[name].invoke(payload)

    async def warm(self, name: str) -> None:
        """Has a worker ready before the first invocation. Raises FunctionFailed where the handler can't be imported."""
        await self._pools[name].warm()

    async def close(self) -> None:
        """Ends every worker."""
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))


class _Pool:
    """The workers of one function."""

    def __init__(
        self, function: Function, environment: Mapping[str, str], on_line: LineReader, most_workers: int
    ) -> None:
        self._function = function
        self._environment = environment
        self._on_line = on_line
        self._most = most_workers
        self._count = 0  # idle, busy and starting ones
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._starts: set[asyncio.Task[None]] = set()

    async def invoke(self, payload: Any) -> Any:
        worker = await self._take()
        try:
            return await worker.invoke(payload)
        finally:
            await self._give_back(worker)

    async def warm(self) -> None:
        await self._give_back(await self._take())

    async def close(self) -> None:
        for start in self._starts:
            start.cancel()
        await asyncio.gather(*self._starts, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._idle))
        self._idle.clear()

    async def _take(self) -> Worker:
        """An idle worker, or the first that becomes one. The last used first, so that the others can rest."""
        while self._idle:
            worker = self._idle.pop()
            if worker.usable:
                return worker
            await self._forget(worker)
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._start_if_needed()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                await self._give_back(future.result())  # it was handed over while we were being cancelled
            raise

    async def _give_back(self, worker: Worker) -> None:
        if not worker.usable:
            await self._forget(worker)
            self._start_if_needed()
        elif waiter := self._next_waiting():
            waiter.set_result(worker)
        else:
            self._idle.append(worker)

    async def _forget(self, worker: Worker) -> None:
        self._count -= 1
        await worker.stop()

    def _next_waiting(self) -> asyncio.Future[Worker] | None:
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():  # its caller may have gone
                return future
        return None

    def _start_if_needed(self) -> None:
        """Starts a worker for each that waits and has none coming, within the limit."""
        while len(self._waiting) > len(self._starts) and self._count < self._most:
            self._count += 1
            task = asyncio.create_task(self._start())
            self._starts.add(task)
            task.add_done_callback(self._started)

    async def _start(self) -> None:
        try:
            worker = await Worker.start(self._function, self._environment, self._on_line)
        except (FunctionFailed, OSError) as error:
            self._count -= 1
            if waiter := self._next_waiting():
                waiter.set_exception(error)
        else:
            await self._give_back(worker)

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starts.discard(task)
        if not task.cancelled():
            self._start_if_needed()  # callers beyond the limit may wait where this one could not start
