"""Quarantine for one process."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from shopevents.domain.posts import SetAside
from shopevents.ports.clock import Clock
from shopevents.ports.quarantine import QuarantineCount, QuarantinedDocument


class MemoryQuarantine:
    """Remembers each document's failures, as of when it was last curated."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, datetime, tuple[SetAside, ...]]] = {}

    async def keep(self, document_id: str, source: str, aside: Sequence[SetAside]) -> None:
        since = self._kept.get(document_id, (source, self._clock.now(), ()))[1]
        self._kept[document_id] = source, since, tuple(one for one in aside if one.reason.is_failure)

    async def counts(self) -> list[QuarantineCount]:
        found: Counter[tuple[str, str]] = Counter()
        oldest: dict[tuple[str, str], datetime] = {}
        for source, since, aside in self._kept.values():
            for one in aside:
                key = source, one.reason.value
                found[key] += 1
                oldest[key] = min(since, oldest.get(key, since))
        return [QuarantineCount(*key, count, oldest[key]) for key, count in found.most_common()]

    async def documents(self, reasons: Collection[str], limit: int) -> list[QuarantinedDocument]:
        waiting = [
            (since, QuarantinedDocument(document_id, source))
            for document_id, (source, since, aside) in self._kept.items()
            if any(not reasons or one.reason.value in reasons for one in aside)
        ]
        return [document for _, document in sorted(waiting, key=lambda one: one[0])[:limit]]
