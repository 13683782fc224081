"""Brings the stack's data to what the code expects, before the first request: schema, then catalog."""

import asyncio
from collections.abc import Callable, Mapping

from local.processes import LocalError
from local.queues import make_tables
from local.signing_in import open_embedded
from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.embedder.hashing import HashingEmbedder
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.adapters.vector_index.pgvector import PgvectorIndex
from shopevents.domain.announcements import EMBED_QUEUE
from shopevents.domain.errors import DependencyError
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.use_cases.embed_events import Indexer, index_cases
from shopevents.use_cases.load_catalog import load_catalog

type Say = Callable[[str], None]

# A catalog of a few hundred cases is stored in one go, on a machine that may be busy.
_LOADING_SECONDS = 60.0
_VENDORS_KEYS = ("OPENAI_API_KEY", "PINECONE_API_KEY")


def prepare(environment: Mapping[str, str], say: Say) -> None:
    """Migrates the database, opens the functions' roles and loads the packaged cases. What is there already costs a moment and stays.
    Raises LocalError."""
    if "DATABASE_URL" not in environment:
        return
    dsn = environment["DATABASE_URL"]
    try:
        applied = migrate(dsn) + make_tables(dsn)
        open_embedded(environment)
        say(f"the database is at its newest schema ({len(applied)} migrations applied)")
        asyncio.run(_load_cases(dsn, say, embed_here=not any(environment.get(name) for name in _VENDORS_KEYS)))
    except DependencyError as error:
        raise LocalError(f"The database could not be prepared: {error}.") from error


async def _load_cases(dsn: str, say: Say, *, embed_here: bool) -> None:
    """Keeps the packaged cases. Where no vendor embeds or indexes, embeds those that have no vector of their newest
    state at once, so that the first request finds them; elsewhere their messages take them there."""
    database = Database(dsn, statement_seconds=_LOADING_SECONDS)
    changed = await load_catalog(
        packaged_cases(), extractor=RuleExtractor(), intake=PostgresCaseIntake(database), clock=SystemClock()
    )
    embedded = await _embed(PostgresCases(database), database) if embed_here else 0
    await database.close()
    say(f"{len(packaged_cases())} cases are in the catalog ({changed} new or changed, {embedded} embedded)")


async def _embed(cases: PostgresCases, database: Database) -> int:
    missing = await _without_vectors(database)
    wanted = {case.case_id: case.industry for case in packaged_cases() if case.case_id in missing}
    indexer = Indexer(cases, HashingEmbedder(), PgvectorIndex(database))
    if failed := await index_cases(wanted, indexer=indexer):
        raise LocalError(f"{len(failed)} packaged cases could not be embedded: {next(iter(failed.values()))}.")
    await database.execute(
        "DELETE FROM outbox WHERE queue = %s AND message -> 'body' ->> 'case_id' = ANY(%s)",
        (EMBED_QUEUE, [case.case_id for case in packaged_cases()]),
    )
    return len(wanted)


async def _without_vectors(database: Database) -> set[str]:
    rows = await database.fetch(
        """
        SELECT id FROM events WHERE user_id IS NULL AND withdrawn_at IS NULL AND NOT EXISTS (
            SELECT FROM case_vectors
            WHERE case_id = events.id AND version = events.row_version AND namespace LIKE %s)
        """,
        (f"%--{HashingEmbedder().name}",),
    )
    return {row["id"] for row in rows}
