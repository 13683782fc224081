"""Wiring of `migrate_database`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.database.roles import DatabaseRole, open_roles
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.adapters.vector_index.pinecone import PineconeIndex
from shopevents.bootstrap.workers import worker_settings
from shopevents.domain.errors import MisconfiguredError
from shopevents.ports.case_intake import CaseIntake
from shopevents.ports.event_extractor import EventExtractor
from shopevents.settings.database import DatabasePasswords
from shopevents.settings.environment import read
from shopevents.use_cases.migrate_database import MakeIndex, OpenRoles, Schema

# A few hundred cases are stored in a few statements, by a database that may just have been made.
_STATEMENT_SECONDS = 60.0


def schema() -> Schema:
    """The migrations of the database. Raises MisconfiguredError."""
    return partial(migrate, worker_settings().database.needed_url)


def roles() -> OpenRoles | None:
    """The roles that functions sign in as, with the passwords of their secrets; locally the stack opens its own.
    Raises MisconfiguredError."""
    passwords = read(DatabasePasswords).by_role
    if passwords is None:
        return None
    by_role = {DatabaseRole[name.upper()]: password for name, password in passwords.items()}
    return partial(open_roles, worker_settings().database.needed_url, by_role)


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


@asynccontextmanager
async def case_intake() -> AsyncIterator[CaseIntake]:
    """Where the packaged cases are kept; a deployment's connections end with it."""
    rows = Database(worker_settings().database.needed_url, statement_seconds=_STATEMENT_SECONDS)
    yield PostgresCaseIntake(rows)
    await rows.close()


def event_extractor() -> EventExtractor:
    """Packaged cases are read by rules: they cost nothing and say what they are."""
    return RuleExtractor()
