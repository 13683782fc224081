"""The envelope of every queue message. Old versions stay readable after a deployment."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

ENVELOPE_VERSION = 1


class Message(BaseModel):
    """`kind` names what happened ("case_changed"); `body` is its JSON; `correlation_id` is the
    request's that caused it; `message_id` is the same on every delivery."""

    model_config = ConfigDict(frozen=True)

    version: int = ENVELOPE_VERSION
    message_id: str
    kind: str
    correlation_id: str
    sent_at: AwareDatetime
    body: dict[str, Any]

    def sent_before(self, moment: datetime) -> bool:
        """Whether it was sent before `moment`."""
        return self.sent_at < moment
