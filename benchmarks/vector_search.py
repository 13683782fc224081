"""Exact scan against HNSW in pgvector, by size of a namespace: `python -m benchmarks.vector_search [ROWS …]`.

Vectors are packaged cases with words of other cases mixed in, embedded by n-grams, so that they cluster as cases do.
Prints the latency of a filtered search in ms (median, 95th percentile) and how many of the exact five HNSW found.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from local.embedded_postgres import embedded_postgres
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.domain.budgets import CostBand
from shopevents.domain.cases import Case
from shopevents.domain.embedding_text import text_of_case
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.ports.vector_index import CaseFilter, CaseVector

_NAMESPACE = "food--ngram-3072"
_SEARCHES = 40
_WANTED = CaseFilter(cost=CostBand(125_000, 450_000))


def _variant(number: int, chance: random.Random) -> Case:
    one, other = chance.sample(packaged_cases(), 2)
    words = other.participation.split()
    mixed = " ".join([*one.participation.split(), *chance.sample(words, min(3, len(words)))])[:200]
    cost = chance.choice((250_000, 300_000, 1_500_000, 5_000_000))
    changes = {"case_id": f"case-{number}", "participation": mixed, "cost": cost}
    return one.model_copy(update=changes)


async def _fill(database: Database, first: int, last: int, chance: random.Random) -> None:
    index, embedder = PgvectorIndex(database), HashingEmbedder()
    for start in range(first, last, 200):
        cases = [_variant(number, chance) for number in range(start, min(start + 200, last))]
        vectors = await embedder.embed([text_of_case(case) for case in cases])
        await index.upsert(_NAMESPACE, [CaseVector(*pair, 1) for pair in zip(cases, vectors, strict=True)])


async def _search(index: PgvectorIndex, queries: list[list[float]]) -> tuple[list[float], list[set[str]]]:
    times, found = [], []
    for query in queries:
        started = time.perf_counter()
        hits = await index.search(_NAMESPACE, query, _WANTED, 5)
        times.append((time.perf_counter() - started) * 1000)
        found.append({hit.case.case_id for hit in hits})
    return times, found


def _ms(times: list[float]) -> str:
    return f"{statistics.median(times):6.1f} / {statistics.quantiles(times, n=20)[-1]:6.1f} ms"


async def _measure(dsn: str, sizes: list[int]) -> None:
    database = Database(dsn, statement_seconds=600)
    chance, embedder = random.Random(7), HashingEmbedder()
    texts = [text_of_case(_variant(-1, chance)) for _ in range(_SEARCHES)]
    queries = [list(vector) for vector in await embedder.embed(texts)]
    filled = 0
    for size in sizes:
        started = time.perf_counter()
        await _fill(database, filled, size, chance)
        per_row = (time.perf_counter() - started) / max(1, size - filled) * 1000
        await database.execute("ANALYZE case_vectors")
        filled = size
        exact, wanted = await _search(PgvectorIndex(database, exact_below=sys.maxsize), queries)
        hnsw, got = await _search(PgvectorIndex(database, exact_below=0), queries)
        recall = statistics.fmean(len(a & b) / max(1, len(a)) for a, b in zip(wanted, got, strict=True))
        print(
            f"{size:>7} rows  exact {_ms(exact)}  HNSW {_ms(hnsw)}  recall@5 {recall:.3f}  store {per_row:.1f} ms/row"
        )
    await database.close()


def main() -> None:
    """Measures the sizes given on the command line."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [500, 2_000, 5_000]
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "data", durable=False) as dsn:
        migrate(dsn)
        asyncio.run(_measure(dsn, sizes))


if __name__ == "__main__":
    main()
