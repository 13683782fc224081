"""The answers that wait to be written, in one process."""

from collections.abc import Sequence

from shopevents.adapters.answer_book.memory import MemoryAnswerBook
from shopevents.ports.answer_stream import StreamedAnswer


class MemoryAnswerStream:
    """Reads what a `MemoryAnswerBook` of the same process kept. What is in hand when the process ends is lost."""

    def __init__(self, book: MemoryAnswerBook) -> None:
        self._book = book

    async def read(self, limit: int) -> list[StreamedAnswer]:
        taken = [self._book.unrelayed.popleft() for _ in range(min(limit, len(self._book.unrelayed)))]
        return [StreamedAnswer(answer.recommendation_id, answer) for answer in taken]

    async def acknowledge(self, entry_ids: Sequence[str]) -> None:
        """What was read is already out of the book."""
