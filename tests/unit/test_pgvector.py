"""Which way pgvector goes."""

import pytest

from shopevents.adapters.database.connection import Database
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.ports.vector_index import CaseFilter
from tests.contract.test_vector_index import NAMESPACE, a_case, at, towards


async def index_scans(database: Database) -> int:
    await database.execute("SELECT pg_stat_force_next_flush()")
    (row,) = await database.fetch(
        "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'case_vectors_embedding'"
    )
    return int(row["idx_scan"])


@pytest.mark.parametrize(("exact_below", "uses_the_index"), [(41, False), (40, True)])
async def test_a_namespace_is_scanned_until_it_is_large(
    database: Database, exact_below: int, *, uses_the_index: bool
) -> None:
    index = PgvectorIndex(database, exact_below=exact_below)
    await index.upsert(NAMESPACE, [at(n, a_case(f"case-{n}")) for n in range(40)])
    before = await index_scans(database)
    assert len(await index.search(NAMESPACE, towards(0), CaseFilter(), 5)) == 5
    assert (await index_scans(database) > before) is uses_the_index
