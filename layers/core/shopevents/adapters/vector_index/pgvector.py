"""Vectors of cases in PostgreSQL, by pgvector's `halfvec`."""

import asyncio
from collections.abc import Sequence
from itertools import batched
from typing import Any, LiteralString

from psycopg.sql import SQL

from shopevents.adapters.database.connection import Connection, Database
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.vocabulary import Provenance
from shopevents.ports.embedder import Vector
from shopevents.ports.vector_index import CaseFilter, CaseVector

# Scanning is exact, and up to here takes tens of ms; HNSW finds 99 % of it (see docs/adr/vectors-in-postgresql.md).
EXACT_BELOW = 5_000
_SIZE_HELD_SECONDS = 60.0
_UPSERT_BATCH = 100

# The inner order decides how the nearest are found; the outer one puts them in order by their exact distances, which an
# index of half-precision numbers can't.
_SEARCH = SQL("""
    WITH nearest AS MATERIALIZED (
        SELECT case_id, case_data, embedding <=> %(vector)s::halfvec AS distance FROM case_vectors
        WHERE namespace = %(namespace)s
          AND (owner_id IS NULL OR owner_id = %(owner_id)s)
          AND (cost IS NULL OR cost BETWEEN %(low)s AND %(high)s)
        ORDER BY {nearness} LIMIT %(limit)s
    )
    SELECT case_data, 1 - distance AS score FROM nearest ORDER BY distance, case_id
""")
# "+ 0" keeps the planner from using the HNSW index.
_SEARCH_EXACTLY = _SEARCH.format(nearness=SQL("(embedding <=> %(vector)s::halfvec) + 0, case_id"))
_SEARCH_INDEX = _SEARCH.format(nearness=SQL("embedding <=> %(vector)s::halfvec"))
# Without iterative scans a filtered search ends after `ef_search` neighbours, whether they pass the filter or not. And
# the planner would rather sort twenty thousand rows than walk the index, which takes twenty times as long (measured).
_USE_INDEX: LiteralString = (
    "SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL hnsw.ef_search = 100; SET LOCAL enable_sort = off"
)
_UPSERT: LiteralString = """
    INSERT INTO case_vectors (namespace, case_id, version, embedding, case_data, owner_id, cost)
    VALUES (%(namespace)s, %(case_id)s, %(version)s, %(vector)s, %(case_data)s, %(owner_id)s, %(cost)s)
    ON CONFLICT (namespace, case_id) DO UPDATE
    SET version = excluded.version, embedding = excluded.embedding, case_data = excluded.case_data,
        owner_id = excluded.owner_id, cost = excluded.cost
    WHERE case_vectors.version <= excluded.version
"""


class PgvectorIndex:
    """A vector index in the table `case_vectors`. `exact_below`: namespaces with fewer rows are scanned in full."""

    def __init__(self, database: Database, *, exact_below: int = EXACT_BELOW) -> None:
        self._database = database
        self._exact_below = exact_below
        self._sizes: dict[str, tuple[float, bool]] = {}

    async def search(self, namespace: str, vector: Vector, wanted: CaseFilter, limit: int) -> list[ScoredCase]:
        parameters = {
            "namespace": namespace,
            "vector": _as_text(vector),
            "owner_id": wanted.owner_id,
            "low": wanted.cost.low if wanted.cost else 0,
            "high": wanted.cost.high if wanted.cost else 2**62,
            "limit": limit,
        }
        async with self._database.transaction() as connection:
            query = _SEARCH_EXACTLY
            if await self._is_large(connection, namespace):
                await connection.execute(_USE_INDEX)
                query = _SEARCH_INDEX
            cursor = await connection.execute(query, parameters)
            return [_scored(row) for row in await cursor.fetchall()]

    async def upsert(self, namespace: str, items: Sequence[CaseVector]) -> None:
        for batch in batched(items, _UPSERT_BATCH, strict=False):
            async with self._database.transaction() as connection, connection.cursor() as cursor:
                await cursor.executemany(_UPSERT, [_row(namespace, item) for item in batch])

    async def delete(self, namespace: str, case_ids: Sequence[str]) -> None:
        await self._database.execute(
            "DELETE FROM case_vectors WHERE namespace = %s AND case_id = ANY(%s)", (namespace, list(case_ids))
        )

    async def _is_large(self, connection: Connection, namespace: str) -> bool:
        """Whether the namespace is too large to be scanned. Held for a minute, since counting costs."""
        now = asyncio.get_running_loop().time()
        counted_at, large = self._sizes.get(namespace, (float("-inf"), False))
        if now - counted_at > _SIZE_HELD_SECONDS:
            cursor = await connection.execute(
                "SELECT count(*) AS rows FROM (SELECT FROM case_vectors WHERE namespace = %s LIMIT %s) AS counted",
                (namespace, self._exact_below),
            )
            large = (await cursor.fetchall())[0]["rows"] >= self._exact_below
            self._sizes[namespace] = (now, large)
        return large


def _as_text(vector: Vector) -> str:
    """The notation of pgvector. A half-precision number has three to four significant digits."""
    return f"[{','.join(f'{number:.6g}' for number in vector)}]"


def _row(namespace: str, item: CaseVector) -> dict[str, Any]:
    case = item.case
    return {
        "namespace": namespace,
        "case_id": case.case_id,
        "version": item.version,
        "vector": _as_text(item.vector),
        "case_data": case.model_dump_json(),
        "owner_id": case.owner_id if case.provenance is Provenance.PLANNED else None,
        "cost": case.cost,
    }


def _scored(row: dict[str, Any]) -> ScoredCase:
    return ScoredCase(case=Case.model_validate(row["case_data"]), score=min(1.0, max(0.0, row["score"])))
