"""The local stack's data is ready before the first request."""

import asyncio

import psycopg

from local.seed import prepare
from shopevents.adapters.database.connection import Database
from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.domain.embedding_text import text_of_case
from shopevents.domain.namespaces import namespace_of
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.ports.vector_index import CaseFilter


async def test_every_packaged_case_is_found_by_its_own_text(postgres_dsn: str) -> None:
    said: list[str] = []
    await _in_thread(postgres_dsn, said)
    database, embedder = Database(postgres_dsn), HashingEmbedder()
    index = PgvectorIndex(database)
    for case in packaged_cases()[::17]:
        (vector,) = await embedder.embed([text_of_case(case)])
        (best, *_) = await index.search(namespace_of(case.industry, embedder.name), vector, CaseFilter(), 3)
        assert best.score > 0.99
    await database.close()


async def test_a_second_start_finds_everything_there(postgres_dsn: str) -> None:
    await _in_thread(postgres_dsn, [])
    said: list[str] = []
    await _in_thread(postgres_dsn, said)
    assert "(0 migrations applied)" in said[0]
    assert "(0 new or changed, 0 embedded)" in said[1]


async def test_a_start_that_was_killed_while_it_embedded_is_made_good(postgres_dsn: str) -> None:
    await _in_thread(postgres_dsn, [])
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute("DELETE FROM case_vectors WHERE case_id IN (SELECT case_id FROM case_vectors LIMIT 7)")
    said: list[str] = []
    await _in_thread(postgres_dsn, said)
    assert "(0 new or changed, 7 embedded)" in said[1]


async def test_what_is_embedded_here_waits_in_no_queue_and_what_a_vendor_embeds_does(postgres_dsn: str) -> None:
    await _in_thread(postgres_dsn, [])
    with psycopg.connect(postgres_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
        connection.execute("TRUNCATE events, case_vectors CASCADE")
    said: list[str] = []
    await asyncio.to_thread(prepare, {"DATABASE_URL": postgres_dsn, "OPENAI_API_KEY": "sk-test"}, said.append)
    with psycopg.connect(postgres_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (len(packaged_cases()),)
        assert connection.execute("SELECT count(*) FROM case_vectors").fetchone() == (0,)


async def _in_thread(dsn: str, said: list[str]) -> None:
    """`prepare` has an event loop of its own."""
    await asyncio.to_thread(prepare, {"DATABASE_URL": dsn}, said.append)
