"""What commits together with a business row: messages, feedback, and the answer to a repeated request."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shopevents.domain.errors import InvalidInput, Problem
from shopevents.domain.messages import Message
from shopevents.domain.vocabulary import RegenerateReason, Slot

KEY_MAX = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message and the queue that it goes to ("embed_events")."""

    queue: str
    message: Message


@dataclass(frozen=True, slots=True)
class OnceKey:
    """A client's `Idempotency-Key`: whose it is, for which operation, and the fingerprint of the request (64
    hexadecimal digits), so that another request under the same key is noticed."""

    owner_id: str
    operation: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, owner_id: str, operation: str, key: str, content: Mapping[str, Any]) -> Self:
        """The key of a request with this content: its body, and the id in its path. Spaces in the JSON and the order
        of its members make no difference. Raises InvalidInput for a key that is not 1 to 100 printable ASCII
        characters."""
        if not 1 <= len(key) <= KEY_MAX or not key.isascii() or not key.isprintable():
            raise InvalidInput(
                (Problem("Idempotency-Key", f"1자에서 {KEY_MAX}자까지의 영문, 숫자, 기호로 적어 주세요."),)
            )
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
        return cls(owner_id, operation, key, hashlib.sha256(canonical.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a request was answered (JSON), to be answered again to the same request."""

    once: OnceKey
    outcome: dict[str, Any]


class Feedback(BaseModel):
    """What an owner thought of a plan. `occurrence` names the fact: told twice, it is kept once."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["chosen", "regenerated", "edited"]
    owner_id: str
    recommendation_id: str
    occurrence: str
    given_at: AwareDatetime
    option: Slot | None = None
    event_id: str | None = None
    reason: RegenerateReason | None = None
    field: Literal["title", "prize", "participation", "cost"] | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    """All of it commits with the row, or none. With a receipt whose key is already taken, nothing commits."""

    messages: tuple[Outgoing, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    receipt: Receipt | None = None
