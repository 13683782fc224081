"""What a fake vendor is told to do to its next request: how fast it answers, and how it fails."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class Fault(StrEnum):
    """A way to fail. The first group comes before the answer, the second in the middle of it.

    The second group strikes after `Behaviour.after_chars` characters of the answer's text (Claude) or
    bytes of its body (OpenAI, Pinecone).
    """

    NONE = "none"
    STATUS = "status"  # answers `status` with the vendor's error body
    NEVER_ANSWER = "never_answer"  # accepts and reads the request, then says nothing until the client leaves
    SLOW_HEADERS = "slow_headers"  # sends the response head one byte every `interval_seconds`
    WEB_PAGE = "web_page"  # 200 and an HTML page, as a proxy in between may answer
    REFUSE_CONNECTION = "refuse_connection"  # resets as soon as the request is read

    STALL = "stall"  # silence until the client leaves
    DRIP = "drip"  # a ping every `interval_seconds` until the client leaves
    RESET = "reset"  # TCP RST
    CUT = "cut"  # FIN in the middle of a chunk
    END = "end"  # a clean end of the body, but before the message's own end
    TRUNCATE = "truncate"  # stops as if max_tokens were used up
    REFUSAL = "refusal"  # stop_reason "refusal"
    ERROR_EVENT = "error_event"  # an `overloaded_error` event in the stream


class Answer(StrEnum):
    """What is wrong with an answer that arrives whole."""

    RIGHT = "right"
    BAD_JSON = "bad_json"
    NOT_JSON = "not_json"
    WRONG_SLOTS = "wrong_slots"
    DUPLICATE_SLOTS = "duplicate_slots"
    WRONG_DIMENSIONS = "wrong_dimensions"
    EMPTY = "empty"


class Behaviour(BaseModel):
    """One request's script. Times in seconds; `tokens_per_second` null means as fast as possible.

    `thinking` null means as the real model does: thinking first unless the request disables it.
    `recorded` is a stream that Claude sends byte for byte instead of an answer of its own; `text` is what it says
    instead of what it would compose.
    `error_type` null means the vendor's usual one for `status`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Fault = Fault.NONE
    after_chars: int = 0
    delay_seconds: float = 0.0
    tokens_per_second: float | None = Field(default=None, gt=0)
    interval_seconds: float = 0.2
    status: int = 500
    retry_after: int | None = None
    error_type: str | None = None
    error_code: str | None = None
    answer: Answer = Answer.RIGHT
    thinking: bool | None = None
    recorded: str | None = None
    text: str | None = None

    @classmethod
    def failing(cls, status: int, *, retry_after: int | None = None, error_code: str | None = None) -> Self:
        """Answers `status` at once."""
        return cls(fault=Fault.STATUS, status=status, retry_after=retry_after, error_code=error_code)

    @property
    def strikes_in_the_answer(self) -> bool:
        """Whether the fault belongs to the second group."""
        return self.fault in _IN_THE_ANSWER


_IN_THE_ANSWER = frozenset(
    {
        Fault.STALL,
        Fault.DRIP,
        Fault.RESET,
        Fault.CUT,
        Fault.END,
        Fault.TRUNCATE,
        Fault.REFUSAL,
        Fault.ERROR_EVENT,
    }
)
