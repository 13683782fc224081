"""Brings the stores to what the code expects, before the code that expects it gets a request."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shopevents.domain.cases import Case
from shopevents.ports.case_intake import CaseIntake
from shopevents.ports.clock import Clock
from shopevents.ports.event_extractor import EventExtractor
from shopevents.use_cases.load_catalog import load_catalog

type Schema = Callable[[], tuple[str, ...]]
"""Applies the migrations that are missing and names them. Raises DependencyError."""
type OpenRoles = Callable[[], None]
"""Gives the functions' roles their passwords and their rights on the newest schema. Raises DependencyError."""
type MakeIndex = Callable[[], Awaitable[bool]]
"""Makes the vector index; false where it was there. Raises DependencyError."""


async def migrate_database(
    *,
    schema: Schema,
    roles: OpenRoles | None,
    make_index: MakeIndex | None,
    catalog: Sequence[Case],
    extractor: EventExtractor,
    intake: CaseIntake,
    clock: Clock,
) -> dict[str, Any]:
    """Migrates, opens the roles, makes the index, and takes the packaged cases in through curation. What is new of them
    comes into the index by the outbox, like every other case. Running it again changes nothing but a password that was
    replaced. Raises DependencyError, PoisonRecord."""
    applied = await asyncio.to_thread(schema)
    if roles:
        await asyncio.to_thread(roles)
    made = await make_index() if make_index else False
    changed = await load_catalog(catalog, extractor=extractor, intake=intake, clock=clock)
    return {"applied": list(applied), "openedRoles": roles is not None, "madeIndex": made, "changedCases": changed}
