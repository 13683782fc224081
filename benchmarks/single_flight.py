"""How 200 owners fare who ask the same at the same time, over the local HTTP API.

    python -m benchmarks.single_flight [--rounds 3]

Four workers serve them, as many containers would; whoever finds all of them busy waits for one, as the local API
does where Lambda would start another container. Claude takes about 2.5 s. Times are the clients'.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks.handler_calls import places
from benchmarks.report import distribution, machine
from local.embedded_redis import embedded_redis
from tests.faults.light import settings_of
from tests.faults.matrix import warm
from tests.faults.serving import Serving, ask
from tests.vendors.behaviours import Behaviour
from tests.vendors.claude import ClaudeFake

CLIENTS, WORKERS, ROUNDS = 200, 4, 3
PACE = Behaviour(delay_seconds=0.5, tokens_per_second=400)


async def together(serving: Serving, place: tuple[str, str]) -> list[float]:
    """Seconds of each of the clients."""
    asking = (ask(serving, *place, owner=f"owner-{number}") for number in range(CLIENTS))
    return [answered.seconds for answered in await asyncio.gather(*asking)]


def main(rounds: int = ROUNDS) -> None:
    """Prints calls to Claude and the clients' times."""
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder) / "redis", durable=False) as redis_url,
        ClaudeFake() as claude,
        Serving(settings_of(claude, redis_url), workers=WORKERS) as serving,
    ):
        asyncio.run(warm(serving, WORKERS))
        claude.default = PACE
        calls, seconds = [], []
        for place in places()[:rounds]:
            before = len(claude.requests)
            seconds += asyncio.run(together(serving, place))
            calls.append(str(len(claude.requests) - before))
    print(f"single flight: {CLIENTS} clients, {WORKERS} workers; calls to Claude per round: {', '.join(calls)}")
    print(f"  s at the client  {distribution(seconds)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    print(machine())
    main(parser.parse_args().rounds)
