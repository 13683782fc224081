"""What a new plan set takes beyond its vendors' own time.

    python -m benchmarks.miss_overhead [--calls 40]

The handler runs in this process; OpenAI, Pinecone and Claude are fakes in another one, which note when they have read
a request and when they have written the last byte of its answer (one monotonic clock serves all processes). Redis is
real; there is no database. Of every call two overheads are told, each the handler's time less what others were at work in:

- **ours**: the vendors' own time ends where their SDKs hand over (the clients' calls and each wait for the next
  event of Claude's stream), as a trace of the function would have it. This is the design's figure.
- **beyond the servers**: it ends at the servers, so that the SDKs' own work (HTTP, JSON, the wire) counts too.

Claude's pace is quicker than the real one's, which only makes it harder: an answer is read while it arrives.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, override
from unittest.mock import patch

from anthropic import AsyncStream
from anthropic.resources.messages import AsyncMessages
from openai.resources.embeddings import AsyncEmbeddings
from pinecone import AsyncIndex

from benchmarks.handler_calls import handler_with, payload, places
from benchmarks.report import distribution, machine
from local.embedded_redis import embedded_redis
from tests.faults.matrix import fill_pinecone
from tests.vendors.behaviours import Behaviour
from tests.vendors.claude import ClaudeFake
from tests.vendors.exchange import Exchange
from tests.vendors.fake_vendor import FakeVendor
from tests.vendors.openai import OpenAIFake
from tests.vendors.pinecone import PineconeFake

CALLS, WARMING_CALLS = 40, 5
EMBEDDING_SECONDS, SEARCH_SECONDS = 0.15, 0.05
CLAUDE_PACE = Behaviour(delay_seconds=0.4, tokens_per_second=400)

type Interval = tuple[float, float]


class _Timed(FakeVendor):
    """Notes when each request was read and when its answer was out."""

    busy: list[Interval]

    @override
    async def serve(self, exchange: Exchange) -> None:
        begun = time.monotonic()
        await super().serve(exchange)
        self.busy.append((begun, time.monotonic()))


class _Claude(_Timed, ClaudeFake):
    pass


class _OpenAI(_Timed, OpenAIFake):
    pass


class _Pinecone(_Timed, PineconeFake):
    pass


def serve_vendors(channel: Connection) -> None:
    """Tells the settings that lead to the fakes; then, whenever asked, since when they were busy until when."""
    busy: list[Interval] = []
    with _Claude() as claude, _OpenAI() as openai, _Pinecone() as pinecone:
        for vendor in (claude, openai, pinecone):
            vendor.busy = busy
        asyncio.run(fill_pinecone(openai.base_url, pinecone.url))
        claude.default = CLAUDE_PACE
        openai.default = Behaviour(delay_seconds=EMBEDDING_SECONDS)
        pinecone.default = Behaviour(delay_seconds=SEARCH_SECONDS)
        keys = dict.fromkeys(("CLAUDE_API_KEY", "OPENAI_API_KEY", "PINECONE_API_KEY"), "k")
        urls = {"CLAUDE_BASE_URL": claude.url, "OPENAI_BASE_URL": openai.base_url, "PINECONE_HOST": pinecone.url}
        channel.send({**keys, **urls})
        while channel.recv():
            channel.send(busy[:])
            busy.clear()


def covered(intervals: Sequence[Interval]) -> float:
    """Seconds in which at least one of the intervals runs."""
    total, reached = 0.0, float("-inf")
    for begun, done in sorted(intervals):
        total += max(0.0, done - max(begun, reached))
        reached = max(reached, done)
    return total


@contextmanager
def sdks_watched() -> Iterator[list[Interval]]:
    """Since when and until when a call into a vendor's SDK was out."""
    noted: list[Interval] = []

    async def timed[T](step: Awaitable[T]) -> T:
        begun = time.monotonic()
        try:
            return await step
        finally:
            noted.append((begun, time.monotonic()))

    def watched(method: Any) -> Any:
        @wraps(method)
        async def call(*given: Any, **named: Any) -> Any:
            return await timed(method(*given, **named))

        return call

    async def events(stream: Any) -> AsyncIterator[Any]:
        held = iterate(stream)
        with suppress(StopAsyncIteration):
            while True:
                yield await timed(anext(held))

    iterate = AsyncStream.__aiter__
    with (
        patch.object(AsyncEmbeddings, "create", watched(AsyncEmbeddings.create)),
        patch.object(AsyncIndex, "query", watched(AsyncIndex.query)),
        patch.object(AsyncMessages, "create", watched(AsyncMessages.create)),
        patch.object(AsyncStream, "__aiter__", events),
        patch.object(AsyncStream, "close", watched(AsyncStream.close)),
    ):
        yield noted


@dataclass(frozen=True, slots=True)
class Overhead:
    """Of one call, in ms."""

    ours: float
    beyond_servers: float
    total: float


def overheads(settings: dict[str, str], channel: Connection, calls: int) -> Iterator[Overhead]:
    """Of each call."""
    with sdks_watched() as in_sdks, handler_with(settings) as call:
        for number, place in zip(range(WARMING_CALLS + calls), places(), strict=False):
            in_sdks.clear()
            begun, done, body = call(payload(place))
            channel.send(True)
            busy = channel.recv()
            if body["metadata"]["source"] != "claude" or body["metadata"]["message"]:
                raise RuntimeError(f"this one was to be whole: {body['metadata']}")
            if number >= WARMING_CALLS:
                total = done - begun
                ours, beyond_servers = total - covered([*busy, *in_sdks]), total - covered(busy)
                yield Overhead(ours * 1000, beyond_servers * 1000, total * 1000)


def main(calls: int = CALLS) -> None:
    """Prints the distributions."""
    fresh = multiprocessing.get_context("spawn")
    channel, theirs = fresh.Pipe()
    vendors = fresh.Process(target=serve_vendors, args=(theirs,), daemon=True)
    vendors.start()
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder) / "redis", durable=False) as redis_url,
    ):
        settings: dict[str, str] = channel.recv()
        taken = list(overheads({**settings, "REDIS_URL": redis_url}, channel, calls))
    channel.send(False)
    vendors.join()
    rows = {
        "ours": [each.ours for each in taken],
        "the vendors' SDKs'": [each.beyond_servers - each.ours for each in taken],
        "both, beyond the servers": [each.beyond_servers for each in taken],
        "in all": [each.total for each in taken],
    }
    print("a miss, ms; the target is a p95 of at most 8 of ours")
    for name, values in rows.items():
        print(f"  {name:<24} {distribution(values)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=CALLS)
    print(machine())
    main(parser.parse_args().calls)
