"""Answers of the last 24 hours, so that an owner can choose at once, and the titles a shop has seen."""

from typing import Protocol

from shopevents.domain.answers import Answer

ANSWER_KEPT_SECONDS = 24 * 3600
TITLES_KEPT_SECONDS = 30 * 24 * 3600


class AnswerBook(Protocol):
    """Keeps each answer under its own id for 24 h, with a place in the stream that `relay_outbox`
    drains into `ai_recommendations`, and each owner's shown titles for 30 days."""

    async def keep(self, answer: Answer) -> None:
        """Stores the answer, appends it to the stream and remembers its titles, in one round trip.
        Raises Unavailable."""
        ...

    async def find(self, recommendation_id: str, owner_id: str) -> Answer | None:
        """The answer, if it is that owner's. Raises Unavailable."""
        ...

    async def shown_titles(self, owner_id: str) -> frozenset[str]:
        """Titles shown to the owner in the last 30 days. Raises Unavailable."""
        ...

    async def recent(self, owner_id: str, limit: int) -> list[Answer]:
        """The owner's answers of the last 24 hours, the newest first. Raises Unavailable."""
        ...

    async def forget(self, owner_id: str) -> None:
        """Deletes everything of the owner: answers, titles, and what still waits in the stream. Raises Unavailable."""
        ...
