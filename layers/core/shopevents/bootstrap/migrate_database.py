"""Wiring of `migrate_database`."""

from functools import partial

from shopevents.adapters.cases.postgres import PostgresCases
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.bootstrap.workers import worker_settings
from shopevents.domain.errors import MisconfiguredError
from shopevents.ports.cases import Cases
from shopevents.use_cases.migrate_database import MakeIndex, Schema

# A few hundred cases are stored in a few statements, by a database that may just have been made.
_STATEMENT_SECONDS = 60.0


def schema() -> Schema:
    """The migrations of the database. Raises MisconfiguredError."""
    return partial(migrate, worker_settings().database.needed_url)


def index_maker() -> MakeIndex | None:
    """Pinecone's index, where Pinecone is used. Raises MisconfiguredError where it must be."""
    settings = worker_settings()
    if settings.pinecone.is_given and settings.pinecone.pinecone_api_key:
        pinecone = settings.pinecone
        index = PineconeIndex(
            api_key=settings.pinecone.pinecone_api_key.get_secret_value(),
            host=pinecone.pinecone_host,
            index=pinecone.pinecone_index,
            control_url=pinecone.pinecone_base_url,
        )
        return partial(index.make_if_missing, pinecone.pinecone_region)
    if settings.stage.is_local:
        return None
    raise MisconfiguredError("PINECONE_API_KEY", f"needed in stage {settings.stage.stage}")


def case_shelf() -> Cases:
    """Where the packaged cases are kept."""
    return PostgresCases(Database(worker_settings().database.needed_url, statement_seconds=_STATEMENT_SECONDS))
