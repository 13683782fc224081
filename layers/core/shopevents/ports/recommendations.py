"""Every answer's full record."""

from collections.abc import Sequence
from typing import Protocol

from shopevents.domain.answers import Answer, WrittenAnswer
from shopevents.domain.effects import Feedback
from shopevents.domain.paging import Page, Place


class Recommendations(Protocol):
    """Keeps answers. Told twice, in any order, an answer is kept once, with the fullest record of it."""

    async def record(self, records: Sequence[WrittenAnswer], feedback: Sequence[Feedback]) -> None:
        """Keeps all, with what regenerations say of the plans they replace; drops those that were asked before their
        owner had everything erased. Raises Unavailable, and Rejected, with no effect, for what can't be kept."""
        ...

    async def find(self, recommendation_id: str, owner_id: str) -> WrittenAnswer | None:
        """The record, if it is that owner's. Raises Unavailable."""
        ...

    async def list(self, owner_id: str, after: Place | None, limit: int) -> Page[Answer]:
        """The owner's answers, the newest first. Raises Unavailable."""
        ...
