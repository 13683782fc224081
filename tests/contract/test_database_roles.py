"""Each role of the database may do what its functions do, and nothing else; as in Aurora, nobody is a superuser."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from local.embedded_postgres import embedded_postgres
from shopevents.adapters.case_intake.postgres import PostgresCaseIntake
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.migrating import migrate
from shopevents.adapters.database.roles import DatabaseRole, open_roles
from shopevents.adapters.event_extractor.rules import RuleExtractor
from shopevents.domain.errors import Rejected
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.use_cases.load_catalog import load_catalog
from tests.contract.database_owners import MASTER, as_role, make_database

# Of owners, and no business of who reads other people's texts.
_PERSONAL = ("users", "stores", "ai_recommendations", "feedback", "idempotency_keys", "channel_performance")
# Foreign keys look things up in them with their owner's rights, or nobody reads them yet.
_NOBODYS = {"mechanics", "industries", "experiments"}
# What yoyo keeps.
_LEDGER = {"schema_migrations", "_yoyo_log", "_yoyo_version", "yoyo_lock"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of this module's own: roles are a cluster's."""
    with embedded_postgres(tmp_path_factory.mktemp("roles") / "data", durable=False) as url:
        yield url


@pytest.fixture(scope="module")
def opened(server: str) -> str:
    """A migrated database with its roles opened, by its owner. Tests change nothing in it that stays."""
    dsn = make_database(server)
    migrate(dsn)
    open_roles(dsn, {})
    return dsn


@pytest.fixture
def fresh(server: str) -> str:
    dsn = make_database(server)
    migrate(dsn)
    return dsn


def tables(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {row[0] for row in rows}


def refuses(dsn: str, statement: LiteralString, table: str = "") -> bool:
    with psycopg.connect(dsn) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(SQL(statement).format(table=Identifier(table)))
    return True


@pytest.mark.parametrize("role", DatabaseRole)
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE events",
        "DROP SCHEMA public CASCADE",
        "ALTER TABLE outbox ADD COLUMN mine text",
        "ALTER TABLE outbox DISABLE TRIGGER ALL",
        "TRUNCATE case_vectors",
        "TRUNCATE crawl_cursors",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE INDEX ON outbox (created_at)",
        "CREATE ROLE mine",
        "DROP EXTENSION vector CASCADE",
        f"SET ROLE {MASTER}",
        "SELECT * FROM pg_authid",
        "SELECT * FROM schema_migrations",
        "INSERT INTO mechanics (name) VALUES ('mine')",
        "COPY outbox TO PROGRAM 'cat'",
        "COPY outbox FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_no_role_may_change_the_schema_or_look_behind_it(
    opened: str, role: DatabaseRole, statement: LiteralString
) -> None:
    assert refuses(as_role(opened, role), statement)


def test_what_faces_the_internet_writes_nothing(opened: str) -> None:
    dsn = as_role(opened, DatabaseRole.RECOMMEND)
    for table in tables(opened):
        assert refuses(dsn, "DELETE FROM {table}", table)
        assert refuses(dsn, "INSERT INTO {table} DEFAULT VALUES", table)


@pytest.mark.parametrize("table", _PERSONAL)
def test_what_reads_other_peoples_texts_sees_nothing_of_owners(opened: str, table: str) -> None:
    assert refuses(as_role(opened, DatabaseRole.DOCUMENTS), "SELECT * FROM {table}", table)


@pytest.mark.parametrize("table", [*_PERSONAL, "event_performance", "case_vectors"])
def test_a_command_of_operators_needs_nothing_personal(opened: str, table: str) -> None:
    assert refuses(as_role(opened, DatabaseRole.OPERATIONS), "SELECT * FROM {table}", table)


def test_an_operators_command_changes_of_a_case_whether_it_is_there_and_nothing_it_says(opened: str) -> None:
    dsn = as_role(opened, DatabaseRole.OPERATIONS)
    assert refuses(dsn, "UPDATE events SET title = 'x'")
    with psycopg.connect(dsn) as connection:
        connection.execute("UPDATE events SET withdrawn_at = now(), row_version = row_version + 1, updated_at = now()")


def test_another_database_of_the_cluster_is_closed(opened: str, server: str) -> None:
    other = make_database(server)
    migrate(other)
    open_roles(other, {})
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE ROLE stranger LOGIN")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(as_role(other, "stranger"))


def test_every_table_is_somebodys_or_known_to_be_nobodys(opened: str) -> None:
    """A migration's new table reaches grants.sql, or this list."""
    with psycopg.connect(opened) as connection:
        rows = connection.execute(
            "SELECT DISTINCT table_name FROM information_schema.role_table_grants WHERE grantee = ANY(%s)",
            (list(DatabaseRole),),
        )
        granted = {row[0] for row in rows}
    assert tables(opened) - granted == _NOBODYS | _LEDGER


def test_opening_again_takes_away_what_a_hand_gave_and_a_new_table_is_nobodys(fresh: str) -> None:
    open_roles(fresh, {})
    dsn = as_role(fresh, DatabaseRole.RECOMMEND)
    with psycopg.connect(fresh, autocommit=True) as owner:
        owner.execute("CREATE TABLE later (id int)")
        owner.execute("GRANT ALL ON later, users TO shopevents_recommend, PUBLIC")
        owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        owner.execute("GRANT UPDATE (name) ON stores TO shopevents_recommend")
    open_roles(fresh, {})
    assert refuses(dsn, "SELECT * FROM later")
    assert refuses(dsn, "SELECT * FROM users")
    assert refuses(dsn, "CREATE TABLE mine (id int)")
    assert refuses(dsn, "UPDATE stores SET name = 'x'")
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT * FROM stores")


def test_a_role_that_was_made_more_of_stops_the_deployment(fresh: str, server: str) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        open_roles(fresh, {})
        admin.execute("ALTER ROLE shopevents_documents CREATEDB")
        with pytest.raises(Rejected, match="shopevents_documents has rights that no function may have"):
            open_roles(fresh, {})
        admin.execute("ALTER ROLE shopevents_documents NOCREATEDB")
        admin.execute("GRANT pg_read_all_data TO shopevents_documents")
        with pytest.raises(Rejected, match="shopevents_documents has rights"):
            open_roles(fresh, {})
        admin.execute("REVOKE pg_read_all_data FROM shopevents_documents")
    open_roles(fresh, {})


async def test_a_missing_right_is_named_without_a_value(opened: str) -> None:
    database = Database(as_role(opened, DatabaseRole.DOCUMENTS))
    with pytest.raises(Rejected, match="permission denied for table stores"):
        await database.fetch("SELECT * FROM stores WHERE name = 'Hwarodam'")
    await database.close()


async def test_curation_keeps_the_packaged_cases_with_its_own_rights(fresh: str) -> None:
    open_roles(fresh, {})
    database = Database(as_role(fresh, DatabaseRole.DOCUMENTS), statement_seconds=60)
    cases = packaged_cases()[:40]
    intake = PostgresCaseIntake(database)
    assert await load_catalog(cases, extractor=RuleExtractor(), intake=intake, clock=SystemClock()) == len(cases)
    assert await load_catalog(cases, extractor=RuleExtractor(), intake=intake, clock=SystemClock()) == 0
    await database.close()
