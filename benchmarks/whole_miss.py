"""What an owner waits for a new plan set, with the vendors' latency replayed, over the local HTTP API.

    python -m benchmarks.whole_miss [--requests 40]

Claude's first token comes after 0.4 to 0.9 s, then 140 to 180 tokens a second; an embedding takes 0.1 to 0.3 s, a
search 30 to 80 ms. The model's real pace is not published: these are assumptions (docs/adr/shape-of-claudes-answer.md
has the figures for slower ones). Four workers serve four owners at a time. Times are the client's.

Two kinds of miss: of towns that nobody has asked about, where Claude is asked for trends too (and left with its six plans
when its pace says that trends would come too late), and of towns whose trends and cases are cached for another purpose,
where they are not asked for.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.handler_calls import places
from benchmarks.report import distribution, machine
from local.embedded_redis import embedded_redis
from tests.faults.matrix import fill_pinecone, warm
from tests.faults.serving import Serving, ask
from tests.vendors.behaviours import Behaviour
from tests.vendors.claude import ClaudeFake
from tests.vendors.openai import OpenAIFake
from tests.vendors.pinecone import PineconeFake

REQUESTS, OWNERS = 40, 4


async def measure(serving: Serving, towns: Sequence[tuple[str, str]], purpose: str) -> tuple[list[float], int, float]:
    """Seconds of each request, how many were Claude's whole, and what they cost in USD."""
    room = asyncio.Semaphore(OWNERS)

    async def one(place: tuple[str, str]) -> tuple[float, bool, float]:
        async with room:
            answered = await ask(serving, *place, trade="파스타집", eventPurpose=purpose)
            metadata = answered.body["metadata"]
            return answered.seconds, metadata["source"] == "claude", metadata["costUsd"]

    outcomes = await asyncio.gather(*map(one, towns))
    seconds, wholes, costs = zip(*outcomes, strict=True)
    return list(seconds), sum(wholes), sum(costs)


def main(requests: int = REQUESTS) -> None:
    """Prints the distribution."""
    chance = random.Random(1)
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder) / "redis", durable=False) as redis_url,
        ClaudeFake() as claude,
        OpenAIFake() as openai,
        PineconeFake() as pinecone,
    ):
        asyncio.run(fill_pinecone(openai.base_url, pinecone.url))
        keys = dict.fromkeys(("CLAUDE_API_KEY", "OPENAI_API_KEY", "PINECONE_API_KEY"), "k")
        urls = {"CLAUDE_BASE_URL": claude.url, "OPENAI_BASE_URL": openai.base_url, "PINECONE_HOST": pinecone.url}
        with Serving({**keys, **urls, "REDIS_URL": redis_url}, workers=OWNERS) as serving:
            asyncio.run(warm(serving, OWNERS))
            pinecone.default = Behaviour(delay_seconds=chance.uniform(0.03, 0.08))
            asyncio.run(measure(serving, places()[:requests], "신규고객유치"))
            for kind, towns, purpose in (
                ("trends of the town are cached", places()[:requests], "매출증대"),
                ("a town of its own, Claude is asked for trends", places()[requests : 2 * requests], "매출증대"),
            ):
                claude.script(*(_claude(chance) for _ in range(requests)))
                openai.script(*(Behaviour(delay_seconds=chance.uniform(0.1, 0.3)) for _ in range(requests)))
                seconds, whole, usd = asyncio.run(measure(serving, towns, purpose))
                print(f"whole miss, s at the client; {kind}; {whole} of {requests} were Claude's whole")
                print(f"  {distribution(seconds)}   (target: p95 at most 6)")
                print(f"  USD per 1,000: {usd / requests * 1000:.2f}   (target: at most 0.60)", flush=True)


def _claude(chance: random.Random) -> Behaviour:
    return Behaviour(delay_seconds=chance.uniform(0.4, 0.9), tokens_per_second=chance.uniform(140, 180))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    print(machine())
    main(parser.parse_args().requests)
