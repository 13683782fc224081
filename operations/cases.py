"""Cases: taken down, or embedded anew."""

from itertools import batched

from operations.target import OperationError
from shopevents.adapters.database.connection import Database
from shopevents.adapters.database.effects import add_messages
from shopevents.bootstrap.shared_state import system_clock
from shopevents.domain.announcements import case_changed
from shopevents.domain.vocabulary import IndustryCategory

_CORRELATION = "operations"
_AT_ONCE = 200


async def take_down(case_id: str, database: Database, *, dry_run: bool) -> str:
    """Withdraws a collected case: no plan is grounded in it any more, and `embed_events` takes its vector out of the
    index. A crawler that meets it again leaves it withdrawn. Raises OperationError for an unknown one."""
    rows = await database.fetch("SELECT user_id, title, industry, withdrawn_at FROM events WHERE id = %s", (case_id,))
    if not rows:
        raise OperationError(f"there is no case {case_id}")
    (row,) = rows
    if row["user_id"] is not None:
        raise OperationError(f"{case_id} is a shop's own event: its owner withdraws it")
    if row["withdrawn_at"] is not None:
        return f"{case_id} was taken down on {row['withdrawn_at']:%Y-%m-%d}"
    if dry_run:
        return f"would take down {case_id} “{row['title']}”"
    message = case_changed(
        case_id, IndustryCategory(row["industry"]), correlation_id=_CORRELATION, now=system_clock().now()
    )
    async with database.transaction() as connection:
        await connection.execute(
            "UPDATE events SET withdrawn_at = now(), row_version = row_version + 1, updated_at = now() WHERE id = %s",
            (case_id,),
        )
        await add_messages(connection, [message])
    return f"took down {case_id} “{row['title']}”; its vector follows within two minutes"


async def re_embed(industry: IndustryCategory | None, database: Database, *, dry_run: bool) -> str:
    """Announces every case, or those of an industry, to `embed_events`: after a change of embedder or of the text
    that is embedded, or when the index was lost. By the outbox, so that a crash here loses none."""
    wanted = await database.fetch(
        "SELECT id, industry FROM events WHERE withdrawn_at IS NULL AND industry = coalesce(%s, industry) ORDER BY id",
        (industry,),
    )
    if dry_run:
        return f"would embed {len(wanted)} cases"
    for some in batched(wanted, _AT_ONCE, strict=False):
        now = system_clock().now()
        messages = [
            case_changed(row["id"], IndustryCategory(row["industry"]), correlation_id=_CORRELATION, now=now)
            for row in some
        ]
        async with database.transaction() as connection:
            await add_messages(connection, messages)
    return f"{len(wanted)} cases are on their way to the index"
