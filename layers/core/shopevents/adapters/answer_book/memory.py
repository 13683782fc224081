"""Answers of the last 24 hours in one process."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from shopevents.domain.answers import Answer
from shopevents.ports.answer_book import ANSWER_KEPT_SECONDS, TITLES_KEPT_SECONDS
from shopevents.ports.clock import Clock

MEMORY_ANSWERS = 1000


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    at: datetime


class MemoryAnswerBook:
    """The latest answers, at most a thousand. `unrelayed` is what `MemoryAnswerStream` reads."""

    def __init__(self, clock: Clock, max_answers: int = MEMORY_ANSWERS) -> None:
        self._clock = clock
        self._kept: deque[_Kept] = deque(maxlen=max_answers)
        self.unrelayed: deque[Answer] = deque(maxlen=max_answers)

    async def keep(self, answer: Answer) -> None:
        self._kept.append(_Kept(answer, self._clock.now()))
        self.unrelayed.append(answer)

    async def find(self, recommendation_id: str, owner_id: str) -> Answer | None:
        mine = self._of(owner_id, ANSWER_KEPT_SECONDS)
        return next((answer for answer in mine if answer.recommendation_id == recommendation_id), None)

    async def recent(self, owner_id: str, limit: int) -> list[Answer]:
        return self._of(owner_id, ANSWER_KEPT_SECONDS)[:limit]

    async def shown_titles(self, owner_id: str) -> frozenset[str]:
        mine = self._of(owner_id, TITLES_KEPT_SECONDS)
        return frozenset(plan.title for answer in mine for plan in answer.plan_set.plans)

    async def forget(self, owner_id: str) -> None:
        others = [kept for kept in self._kept if kept.answer.question.owner_id != owner_id]
        self._kept = deque(others, maxlen=self._kept.maxlen)
        waiting = [answer for answer in self.unrelayed if answer.question.owner_id != owner_id]
        self.unrelayed.clear()
        self.unrelayed.extend(waiting)

    def _of(self, owner_id: str, seconds: float) -> list[Answer]:
        """The owner's, the newest first."""
        since = self._clock.now() - timedelta(seconds=seconds)
        return [
            kept.answer
            for kept in reversed(self._kept)
            if kept.answer.question.owner_id == owner_id and kept.at > since
        ]
