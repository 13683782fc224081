"""At deployment: brings the database to the newest schema. Raises, and so stops the deployment, when that fails."""

from collections.abc import Mapping
from typing import Any

from shopevents.adapters.database.migrating import migrate
from shopevents.bootstrap.workers import worker_settings


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """The names of the migrations that were applied."""
    return {"applied": list(migrate(worker_settings().database.needed_url))}
