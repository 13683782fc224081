"""At deployment: the newest schema, the functions' roles, a vector index, and the packaged cases. What fails stops the deployment."""

from collections.abc import Mapping
from typing import Any

from shopevents.bootstrap.migrate_database import case_intake, event_extractor, index_maker, roles, schema
from shopevents.bootstrap.shared_state import system_clock
from shopevents.custom_resource import custom_resource
from shopevents.domain.packaged_cases import packaged_cases
from shopevents.use_cases.migrate_database import migrate_database


@custom_resource
async def handler() -> Mapping[str, Any]:
    """What was done; it does nothing that has been done before."""
    async with case_intake() as intake:
        return await migrate_database(
            schema=schema(),
            roles=roles(),
            make_index=index_maker(),
            catalog=packaged_cases(),
            extractor=event_extractor(),
            intake=intake,
            clock=system_clock(),
        )
