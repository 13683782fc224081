"""Brings the stack's data to what the code expects, before the first request: schema, then catalog."""

from collections.abc import Callable, Mapping

from local.processes import LocalError
from shopevents.adapters.database.migrating import migrate
from shopevents.domain.errors import DependencyError


def prepare(environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Migrates the database. What is there already costs a moment and stays. Raises LocalError."""
    if "DATABASE_URL" not in environment:
        return
    try:
        applied = migrate(environment["DATABASE_URL"])
    except DependencyError as error:
        raise LocalError(f"The database could not be brought to the newest schema: {error}.") from error
    say(f"the database is at its newest schema ({len(applied)} migrations applied)")
