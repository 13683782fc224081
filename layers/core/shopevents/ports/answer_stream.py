"""The answers that wait to be written into `ai_recommendations`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shopevents.domain.answers import Answer


@dataclass(frozen=True, slots=True)
class StreamedAnswer:
    """An answer and its place in the stream, by which it is acknowledged."""

    entry_id: str
    answer: Answer


class AnswerStream(Protocol):
    """What `AnswerBook.keep` appended, for any number of readers at once. Delivery is at least once."""

    async def read(self, limit: int) -> list[StreamedAnswer]:
        """At most `limit` answers that no other reader has in hand, the oldest first: those that a dead
        reader has left, then new ones. Does not wait for more. Raises Unavailable."""
        ...

    async def acknowledge(self, entry_ids: Sequence[str]) -> None:
        """They are written: removes them from the stream. Raises Unavailable."""
        ...
