"""What the handler takes for an answer from the cache, and for one from the catalog.

    python -m benchmarks.answer_times

In one process, with a real Redis on this machine, warm. The log line and the metrics are part of it; what Lambda
and API Gateway add is not. Cached: the answer was stored by a call to a fake Claude before.
"""

import argparse
import multiprocessing
import tempfile
from itertools import cycle, islice
from pathlib import Path

from benchmarks.handler_calls import handler_with, payload, places
from benchmarks.report import distribution, machine
from local.embedded_redis import embedded_redis
from tests.vendors.claude import ClaudeFake

CACHED_CALLS, CATALOG_CALLS = 3000, 600
_TRADES = ("고깃집", "네일샵", "카페", "모텔", "꽃집", "미용실", "분식집", "학원")


def cached(redis_url: str, calls: int) -> None:
    """Prints milliseconds of cached answers to ten different questions."""
    with ClaudeFake() as claude:
        settings = {"REDIS_URL": redis_url, "CLAUDE_API_KEY": "k", "CLAUDE_BASE_URL": claude.url}
        with handler_with(settings) as call:
            questions = [payload(place) for place in places()[:10]]
            for question in questions:
                while not call(question)[2]["metadata"]["cacheHit"]:
                    pass
            taken = []
            for question in islice(cycle(questions), calls):
                begun, done, body = call(question)
                if not body["metadata"]["cacheHit"]:
                    raise RuntimeError("this one was to come from the cache")
                taken.append((done - begun) * 1000)
    print(f"  cached answer      {distribution(taken)}   (target: p99 at most 5)", flush=True)


def from_catalog(redis_url: str, calls: int) -> None:
    """Prints milliseconds of catalog answers, each to a question that was never asked."""
    with handler_with({"REDIS_URL": redis_url}) as call:
        questions = [payload(place, trade) for trade in _TRADES for place in places()]
        begun, done, _ = call(questions.pop())
        print(f"  catalog, first     {(done - begun) * 1000:8.2f}   (reads its data and imports its drivers)")
        taken = []
        for question in questions[:calls]:
            begun, done, body = call(question)
            if body["metadata"]["source"] != "catalog":
                raise RuntimeError("this one was to come from the catalog")
            taken.append((done - begun) * 1000)
    print(f"  catalog answer     {distribution(taken)}   (target: p95 at most 150)", flush=True)


def main(cached_calls: int = CACHED_CALLS, catalog_calls: int = CATALOG_CALLS) -> None:
    """Each in a process of its own, since settings are read once."""
    print("handler times, ms", flush=True)
    fresh = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_redis(Path(folder) / "redis", durable=False) as redis_url,
    ):
        other_url = redis_url.removesuffix("/0") + "/1"
        for work, url, calls in ((cached, redis_url, cached_calls), (from_catalog, other_url, catalog_calls)):
            process = fresh.Process(target=work, args=(url, calls))
            process.start()
            process.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cached", type=int, default=CACHED_CALLS)
    parser.add_argument("--catalog", type=int, default=CATALOG_CALLS)
    options = parser.parse_args()
    print(machine())
    main(options.cached, options.catalog)
