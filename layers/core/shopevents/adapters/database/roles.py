"""The roles that functions sign in as: made, given their passwords and their rights at every deployment."""

from collections.abc import Mapping
from enum import StrEnum
from importlib import resources

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from shopevents.adapters.database.connection import told
from shopevents.domain.errors import Rejected, Unavailable

_CONNECT_SECONDS = 10
# Of those who deploy at once, one does and the others wait for it. Any number that nobody else uses.
_ADVISORY_LOCK = 7_203_310_002
_WAIT_SECONDS = 60
# Of a PostgreSQL whose default is older, too.
_SCRAMBLED = "scram-sha-256"
_MORE_THAN_A_ROLE = """
    SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
           OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
    FROM pg_roles WHERE rolname = %(role)s
"""


class DatabaseRole(StrEnum):
    """Who may do what stands in grants.sql; which function is which, in template.yaml by its secret."""

    RECOMMEND = "shopevents_recommend"
    OWNERS = "shopevents_owners"
    DOCUMENTS = "shopevents_documents"
    OPERATIONS = "shopevents_operations"


def open_roles(dsn: str, passwords: Mapping[DatabaseRole, str]) -> None:
    """Makes the roles that are missing, sets the given passwords, and makes the roles' rights those of grants.sql.

    `dsn` is of the owner of the database and of its tables, which are at the newest schema. A role without a password
    can sign in only where the server asks for none. Running it again changes a password that was replaced, and nothing
    else; whoever is signed in stays so. Raises Unavailable, Rejected; all of it is done, or nothing.
    """
    try:
        with psycopg.connect(dsn, connect_timeout=_CONNECT_SECONDS) as connection:  # one transaction
            connection.execute(SQL("SET LOCAL lock_timeout = {}").format(Literal(f"{_WAIT_SECONDS}s")))
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
            for role in DatabaseRole:
                _make(connection, role)
                if role in passwords:
                    _set_password(connection, role, passwords[role])
            _grant(connection)
    except psycopg.OperationalError as error:
        raise Unavailable("database", f"opening its roles failed: {told(error)}") from error
    except psycopg.Error as error:
        # Without the cause: the text of the statement may hold what a password was scrambled into.
        reason = f"opening its roles failed: {error.diag.message_primary}"
        raise Rejected("database", reason) from None


def _make(connection: Connection, role: DatabaseRole) -> None:
    """A role without attributes but LOGIN, and member of no other. Raises Rejected for one that was given more by
    hand: only who gave it can take it away."""
    if (found := connection.execute(_MORE_THAN_A_ROLE, {"role": role}).fetchone()) is None:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)))
    elif found[0]:
        raise Rejected("database", f"the role {role} has rights that no function may have: take them away")


def _set_password(connection: Connection, role: DatabaseRole, password: str) -> None:
    """Scrambled here, as psql does it for its user: the server's log of statements (log_statement = ddl) never sees the
    password itself."""
    scrambled = connection.pgconn.encrypt_password(password.encode(), role.encode(), _SCRAMBLED.encode())
    connection.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(role), Literal(scrambled.decode())))


def _grant(connection: Connection) -> None:
    """Takes all rights away, those that PostgreSQL gives everybody included, and gives the wanted ones: in one
    transaction, so that nobody who works meanwhile misses one."""
    roles = SQL(", ").join(map(Identifier, DatabaseRole))
    database = Identifier(connection.info.dbname)
    connection.execute(
        SQL("""
            REVOKE ALL ON DATABASE {database} FROM PUBLIC, {roles};
            REVOKE ALL ON SCHEMA public FROM PUBLIC, {roles};
            REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {roles};
            REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {roles};
            GRANT CONNECT ON DATABASE {database} TO {roles};
            GRANT USAGE ON SCHEMA public TO {roles};
        """).format(database=database, roles=roles)
    )
    connection.execute(_grants())


def _grants() -> bytes:
    return resources.files("shopevents.adapters.database").joinpath("grants.sql").read_bytes()
