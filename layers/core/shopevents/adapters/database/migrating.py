"""Brings a database to the newest schema: forward only, one at a time, each migration all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI
from yoyo.migrations import Migration

from shopevents.adapters.database.connection import told
from shopevents.domain.errors import Rejected, Unavailable

_LEDGER = "schema_migrations"
# Of those who migrate at once, one does and the others wait for it. Any number that nobody else uses.
_ADVISORY_LOCK = 7_203_310_001
_WAIT_FOR_OTHERS_SECONDS = 120
# A migration that waits for a table blocks everybody who comes after it: it gives up instead, and is tried again.
_WAIT_FOR_TABLE_SECONDS = 10
_CONNECT_SECONDS = 10


def product_migrations() -> Path:
    """The folder of the product's own migrations."""
    return Path(str(resources.files("shopevents.adapters.database").joinpath("migrations")))


def migrate(dsn: str, *, folder: Path | None = None) -> tuple[str, ...]:
    """Applies what is missing of the SQL files in `folder` (the product's where None) and names it.

    `dsn` is a libpq connection string or URL, of the database itself rather than of a proxy. What was
    applied is remembered by file name. Running it again, or twice at once, does nothing more. Raises Unavailable, and
    Rejected for a migration that fails; it and those after it leave no trace then.
    """
    try:
        with _locked_backend(dsn) as backend:
            missing = backend.to_apply(read_migrations(str(folder or product_migrations())))
            return tuple(_apply(backend, migration) for migration in missing)
    except psycopg.OperationalError as error:
        raise Unavailable("database", f"migrating failed: {told(error)}") from error
    except psycopg.Error as error:
        raise Rejected("database", f"a migration failed: {error.diag.message_primary}") from error


@contextmanager
def _locked_backend(dsn: str) -> Iterator[PostgresqlPsycopgBackend]:
    """A yoyo backend that holds the lock. The end of its connection, however it comes, also ends the lock.

    yoyo's own lock is a row: it would outlive a killed process and stop every later start.
    """
    backend = PostgresqlPsycopgBackend(_yoyo_address(dsn), _LEDGER)
    with backend:
        backend.execute(f"SET lock_timeout = '{_WAIT_FOR_OTHERS_SECONDS}s'")
        backend.execute(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})")
        backend.execute(f"SET lock_timeout = '{_WAIT_FOR_TABLE_SECONDS}s'")
        backend.init_database()
        backend.break_lock()
        yield backend


def _apply(backend: PostgresqlPsycopgBackend, migration: Migration) -> str:
    """Applies one migration and remembers it in the same transaction; yoyo by itself uses two, and a process that
    is killed between them could never migrate again."""
    migration.load()
    if not migration.use_transactions:  # such as CREATE INDEX CONCURRENTLY IF NOT EXISTS: safe to run twice
        migration.process_steps(backend, "apply")
        backend.mark_one(migration, log=False)
        return str(migration.id)
    with backend.transaction():
        migration.process_steps(backend, "apply")
        backend.mark_one(migration, log=False)
    return str(migration.id)


def _yoyo_address(dsn: str) -> DatabaseURI:
    """The same database as `postgresql+psycopg://…`, taken apart, so that nothing needs quoting."""
    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    parts.setdefault("connect_timeout", str(_CONNECT_SECONDS))
    port = parts.pop("port", None)
    return DatabaseURI(
        scheme="postgresql+psycopg",
        username=parts.pop("user", None),
        password=parts.pop("password", None),
        hostname=parts.pop("host", None),
        port=int(port) if port else None,
        database=parts.pop("dbname", "postgres"),
        args=parts,
    )
