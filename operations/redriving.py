"""Dead letters get another try."""

import re
from enum import StrEnum

from operations.target import OperationError, Target, call_aws, physical_id
from shopevents.adapters.database.connection import Database


class QueueName(StrEnum):
    """The product's queues."""

    EMBED_EVENTS = "embed_events"
    RECORD_RECOMMENDATIONS = "record_recommendations"
    RECORD_PERFORMANCE = "record_performance"
    CURATE_DOCUMENTS = "curate_documents"


async def redrive(queue: QueueName, target: Target, *, dry_run: bool) -> str:
    """Moves what `queue` gave up back to it. Returns a sentence."""
    if target.name is None:
        return await _redrive_locally(queue, target, dry_run=dry_run)
    return _redrive_in_aws(queue, target.name, dry_run=dry_run)


async def _redrive_locally(queue: QueueName, target: Target, *, dry_run: bool) -> str:
    dsn = target.environment.get("LOCAL_QUEUE_DATABASE_URL") or target.environment.get("DATABASE_URL")
    if dsn is None:
        raise OperationError("the local stack has told of no database")
    database = Database(dsn)
    dead = f"{queue}_dead_letters"
    if dry_run:
        (row,) = await database.fetch("SELECT count(*) AS waiting FROM local_messages WHERE queue = %s", (dead,))
        moved = int(row["waiting"])
    else:
        moved = await database.execute(
            "UPDATE local_messages SET queue = %s, dead_from = NULL, receive_count = 0, visible_at = now()"
            " WHERE queue = %s",
            (queue.value, dead),
        )
        await database.execute("NOTIFY local_messages")
    await database.close()
    return f"{moved} messages {'would go' if dry_run else 'went'} back to {queue}"


def _redrive_in_aws(queue: QueueName, stack: str, *, dry_run: bool) -> str:
    url = physical_id(stack, f"{_camel(queue)}DeadLetters")
    names = ["QueueArn", "ApproximateNumberOfMessages"]
    attributes = call_aws("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=names)["Attributes"]
    waiting = attributes["ApproximateNumberOfMessages"]
    if dry_run:
        return f"about {waiting} messages would go back to {queue}"
    call_aws("sqs", "start_message_move_task", SourceArn=attributes["QueueArn"])
    return f"about {waiting} messages are on their way back to {queue}"


def _camel(queue: str) -> str:
    return re.sub(r"(?:^|_)([a-z])", lambda match: match[1].upper(), queue)
