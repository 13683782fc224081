"""The messages that the life of a shop event sends, and how their receivers read them."""

import secrets
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from shopevents.domain.effects import Outgoing
from shopevents.domain.errors import PoisonRecord
from shopevents.domain.messages import Message
from shopevents.domain.vocabulary import IndustryCategory

EMBED_QUEUE = "embed_events"
PERFORMANCE_QUEUE = "record_performance"

CASE_CHANGED = "case_changed"
PERFORMANCE_REPORTED = "performance_reported"


class CaseChanged(BaseModel):
    """A case was made, changed or taken away. Which, its receiver reads from the database: the order in which
    messages arrive says nothing. The industry tells in which namespace a case that is gone has its vector."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    case_id: str
    industry: IndustryCategory


class PerformanceReported(BaseModel):
    """An owner reported on an event. Which report counts, its receiver reads from the database."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: str


def case_changed(case_id: str, industry: IndustryCategory, *, correlation_id: str, now: datetime) -> Outgoing:
    """Tells `embed_events`."""
    return _outgoing(EMBED_QUEUE, CASE_CHANGED, CaseChanged(case_id=case_id, industry=industry), correlation_id, now)


def performance_reported(event_id: str, *, correlation_id: str, now: datetime) -> Outgoing:
    """Tells `record_performance`."""
    return _outgoing(
        PERFORMANCE_QUEUE, PERFORMANCE_REPORTED, PerformanceReported(event_id=event_id), correlation_id, now
    )


def read_body[T: BaseModel](message: Message, model: type[T]) -> T:
    """The message's body. Raises PoisonRecord where it is not one."""
    try:
        return model.model_validate(message.body)
    except ValidationError as error:
        fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)})
        raise PoisonRecord(f"{message.kind}: wrong {', '.join(fields)}") from None


def _outgoing(queue: str, kind: str, body: BaseModel, correlation_id: str, now: datetime) -> Outgoing:
    message = Message(
        message_id=secrets.token_hex(16),
        kind=kind,
        correlation_id=correlation_id,
        sent_at=now,
        body=body.model_dump(mode="json"),
    )
    return Outgoing(queue=queue, message=message)
