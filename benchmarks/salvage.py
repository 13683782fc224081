"""How many of Claude's plans an owner keeps when its stream dies, by the time of its death.

    python -m benchmarks.salvage [--streams 8]

Over the local HTTP API. The stream is cut (FIN in the middle of a chunk) so many seconds after the request, at 0.6 s
to the first token and 100 or 150 tokens a second; trends are not cached, so that they come last in the answer.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import mean

from benchmarks.handler_calls import places
from benchmarks.report import machine
from local.embedded_redis import embedded_redis
from tests.faults.answers import sources
from tests.faults.light import settings_of
from tests.faults.matrix import warm
from tests.faults.serving import Serving, ask
from tests.faults.steering import Place, SteeredClaude
from tests.vendors.behaviours import Behaviour, Fault
from tests.vendors.tokens import count_tokens

STREAMS, WORKERS = 8, 4
FIRST_TOKEN_SECONDS, DEATHS, RATES = 0.6, (1, 2, 3, 4, 5, 6, 7), (100, 150)
# The fake's answers: Korean prose and JSON, measured on one of them.
_SAMPLE = '{"slot":"low-online","mechanic":"follow","people":130,"cost":250000,"title":"새 소식 받고 첫 방문 선물"}'


def behaviour(death: float, rate: float) -> Behaviour:
    """A stream that dies `death` s after the request."""
    characters = max(0.0, death - FIRST_TOKEN_SECONDS) * rate * len(_SAMPLE) / count_tokens(_SAMPLE)
    return Behaviour(
        fault=Fault.CUT, after_chars=int(characters), delay_seconds=FIRST_TOKEN_SECONDS, tokens_per_second=rate
    )


async def kept(serving: Serving, cells: Sequence[Place]) -> list[int]:
    """How many of Claude's plans each answer held."""
    room = asyncio.Semaphore(WORKERS)

    async def one(place: Place) -> int:
        async with room:
            answered = await ask(serving, *place)
            return list(sources(answered.body).values()).count("claude")

    return await asyncio.gather(*map(one, cells))


def main(streams: int = STREAMS) -> None:
    """Prints a line for each rate."""
    deaths = [pair for pair in product(RATES, DEATHS) for _ in range(streams)]
    free = [place for place in places() if place[1] and place[1].endswith(("구", "군"))]
    scripts = {place: [behaviour(death, rate)] for place, (rate, death) in zip(free, deaths, strict=False)}
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder) / "redis", durable=False) as redis_url,
        SteeredClaude(scripts) as claude,
        Serving(settings_of(claude, redis_url), workers=WORKERS) as serving,
    ):
        asyncio.run(warm(serving, WORKERS))
        counts = asyncio.run(kept(serving, list(scripts)))
    print(f"salvage: Claude's plans of six that were kept, on average of {streams} streams, by the stream's death")
    print("  tokens/s  " + "".join(f"{death:>6} s" for death in DEATHS))
    for rate in RATES:
        means = [
            mean(count for count, cell in zip(counts, deaths, strict=True) if cell == (rate, death)) for death in DEATHS
        ]
        print(f"  {rate:8}  " + "".join(f"{value:8.1f}" for value in means), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=STREAMS)
    print(machine())
    main(parser.parse_args().streams)
