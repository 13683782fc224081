"""`python -m local requeue [REASON …]`: what is in quarantine goes through curation again."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from local.at_hand import stack_at_hand
from local.processes import LocalError
from local.stack import DATA
from shopevents.adapters.clock.system import SystemClock
from shopevents.adapters.database.connection import Database
from shopevents.adapters.message_queue.postgres import PostgresMessageQueue
from shopevents.adapters.quarantine.postgres import PostgresQuarantine
from shopevents.domain.errors import DependencyError
from shopevents.use_cases.requeue_quarantined import requeue_quarantined


def requeue(
    reasons: Annotated[list[str] | None, typer.Argument(help="such as trade_unknown; all where none is named")] = None,
    data: Annotated[Path, typer.Option(help="where the data and the logs are kept")] = DATA,
) -> None:
    """Sends documents with something in quarantine to curate_documents again, the oldest first."""
    with stack_at_hand(data.resolve(), lambda text: print(text, file=sys.stderr)) as environment:
        try:
            sent = asyncio.run(_requeue(reasons or [], environment["LOCAL_QUEUE_DATABASE_URL"]))
        except DependencyError as error:
            raise LocalError(f"The documents can't be sent: {error}.") from error
    print(f"{sent} documents go through curation again")


async def _requeue(reasons: list[str], url: str) -> int:
    database = Database(url, name="local-requeue")
    try:
        return await requeue_quarantined(
            reasons, quarantine=PostgresQuarantine(database), queue=PostgresMessageQueue(database), clock=SystemClock()
        )
    finally:
        await database.close()
