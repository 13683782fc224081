"""What a new plan set takes beyond its vendors' own time.

    python -m benchmarks.miss_overhead [--calls 40]

The handler runs in this process; OpenAI, Pinecone and Claude are fakes in another one, which note when they have read
a request and when they have written the last byte of its answer (one monotonic clock serves all processes). Overhead
is the handler's time less the time in which at least one vendor was at work. Redis is real; there is no database.
The same is then measured for the three adapters alone, which make the same calls with nothing around them: what the
vendors' SDKs take of it (HTTP, JSON, the wire); what is left is ours.
Claude's pace is quicker than the real one's, which only makes it harder: an answer is read while it arrives.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import override

from benchmarks.handler_calls import handler_with, payload, places
from benchmarks.report import distribution, machine
from local.embedded_redis import embedded_redis
from shopevents.adapters.embedder.openai import OpenAIEmbedder
from shopevents.adapters.plan_writer.claude import ClaudeAccess, ClaudePlanWriter
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.vocabulary import IndustryCategory
from shopevents.ports.vector_index import CaseFilter
from tests.faults.matrix import fill_pinecone
from tests.unit.planning_briefs import brief_of
from tests.vendors.behaviours import Behaviour
from tests.vendors.claude import ClaudeFake
from tests.vendors.exchange import Exchange
from tests.vendors.fake_vendor import FakeVendor
from tests.vendors.openai import OpenAIFake
from tests.vendors.pinecone import PineconeFake

CALLS, WARMING_CALLS = 40, 5
EMBEDDING_SECONDS, SEARCH_SECONDS = 0.15, 0.05
CLAUDE_PACE = Behaviour(delay_seconds=0.4, tokens_per_second=400)

_MODEL, _SEARCHES = "claude-haiku-5-5", 4

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


def overheads(settings: dict[str, str], channel: Connection, calls: int) -> Iterator[tuple[float, float]]:
    """For each call, ms beyond the vendors' time, and ms in all."""
    with handler_with(settings) as call:
        for number, place in zip(count(), places(), strict=False):
            begun, done, body = call(payload(place))
            channel.send(True)
            busy = channel.recv()
            if number < WARMING_CALLS:
                continue
            if number == WARMING_CALLS + calls:
                return
            if body["metadata"]["source"] != "claude" or body["metadata"]["message"]:
                raise RuntimeError(f"this one was to be whole: {body['metadata']}")
            yield (done - begun - covered(busy)) * 1000, (done - begun) * 1000


async def adapters_alone(settings: dict[str, str], channel: Connection, calls: int) -> list[float]:
    """For each turn of the same vendor calls, ms beyond the vendors' time."""
    embedder = OpenAIEmbedder(api_key="k", base_url=settings["OPENAI_BASE_URL"])
    index = PineconeIndex(api_key="k", host=settings["PINECONE_HOST"])
    writer = ClaudePlanWriter(ClaudeAccess(api_key="k", model=_MODEL, base_url=settings["CLAUDE_BASE_URL"]))
    namespace, taken = namespace_of(IndustryCategory.FOOD, embedder.name), []
    for number in range(WARMING_CALLS + calls):
        begun = time.monotonic()
        (vector,) = await embedder.embed(["음식점 고깃집 서울 강남구 가을 신규고객유치"])
        await asyncio.gather(*(index.search(namespace, vector, CaseFilter(), 5) for _ in range(_SEARCHES)))
        async for _ in writer.write(brief_of()):
            pass
        done = time.monotonic()
        channel.send(True)
        if number >= WARMING_CALLS:
            taken.append((done - begun - covered(channel.recv())) * 1000)
        else:
            channel.recv()
    return taken


def _quantile(taken: list[float], share: float) -> float:
    return sorted(taken)[int(share * len(taken))]


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
    alone = asyncio.run(adapters_alone(settings, channel, calls))
    channel.send(False)
    vendors.join()
    over = [over for over, _ in taken]
    middle, high = (_quantile(over, share) - _quantile(alone, share) for share in (0.5, 0.95))
    print("a miss, ms")
    print(f"  beyond the vendors' servers' time  {distribution(over)}   (target: p95 at most 8)")
    print(f"  of it, the vendors' SDKs           {distribution(alone)}")
    print(f"  what is left for us, by quantile   p50 {middle:8.2f}   p95 {high:8.2f}")
    print(f"  in all                             {distribution([total for _, total in taken])}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=CALLS)
    print(machine())
    main(parser.parse_args().calls)
