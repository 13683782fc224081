"""Who signs in to the embedded database as what: functions by the template's roles, as in AWS; the stack as its owner."""

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

from shopevents.adapters.database.roles import DatabaseRole, open_roles

# Set where the database is our own to make roles in; a developer's own is used by the developer's own role.
EMBEDDED = "LOCAL_DATABASE_ROLES"
_URLS = ("DATABASE_URL", "LOCAL_QUEUE_DATABASE_URL")


def open_embedded(environment: Mapping[str, str]) -> None:
    """Makes the roles of the embedded database, which asks nobody for a password; the queues in it, which SQS is in AWS,
    are open to all that send. Raises DependencyError."""
    if EMBEDDED not in environment:
        return
    open_roles(environment["DATABASE_URL"], {})
    with psycopg.connect(environment["LOCAL_QUEUE_DATABASE_URL"]) as connection:
        senders = SQL(", ").join(map(Identifier, DatabaseRole))
        connection.execute(SQL("GRANT INSERT ON local_messages TO {}").format(senders))
        redriver = Identifier(DatabaseRole.OPERATIONS)
        connection.execute(SQL("GRANT SELECT, UPDATE ON local_messages TO {}").format(redriver))


def signed_in_as(role: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with the embedded database's URLs as `role` uses them; None is the owner."""
    if role is None or EMBEDDED not in environment:
        return dict(environment)
    urls = {name: _as(role, environment[name]) for name in _URLS if name in environment}
    return {**environment, **urls}


def _as(role: str, url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}"))
