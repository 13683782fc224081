"""SQS batches: which records failed and come again, and which are done."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from shopevents.domain.errors import DependencyError
from shopevents.domain.messages import Message
from shopevents.settings.aws_secrets import SECRETS

type BatchUseCase = Callable[[Sequence[Message]], Awaitable[Mapping[str, str]]]
"""Takes messages, returns the ids of those that failed, each with its reason."""

_log = logging.getLogger(__name__)


async def consume_batch(payload: Mapping[str, Any], use_case: BatchUseCase) -> dict[str, Any]:
    """Runs the use case over an SQS payload and returns Lambda's partial batch response.

    A record that can't be read fails alone, as one that the use case names; after enough attempts SQS puts it among
    the dead letters. What the use case does not foresee is raised, and the whole batch comes again.
    """
    readable: dict[str, Message] = {}
    failed: dict[str, str] = {}
    for record in payload["Records"]:
        try:
            readable[record["messageId"]] = Message.model_validate_json(record["body"])
        except ValidationError:
            failed[record["messageId"]] = "not a message"
    failed |= await _consume(readable, use_case)
    if failed:
        SECRETS.doubt()
    for record_id, reason in failed.items():
        _log.warning("record failed: %s", reason, extra={"record_id": record_id})
    return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in failed]}


async def _consume(readable: Mapping[str, Message], use_case: BatchUseCase) -> dict[str, str]:
    if not readable:
        return {}
    try:
        reasons = await use_case(list(readable.values()))
    except DependencyError as error:
        return dict.fromkeys(readable, str(error))
    return {
        record_id: reasons[message.message_id]
        for record_id, message in readable.items()
        if message.message_id in reasons
    }
