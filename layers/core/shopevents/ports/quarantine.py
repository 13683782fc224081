"""What curation could not use, kept with its reason until somebody, or a better reader, has looked at it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shopevents.domain.posts import SetAside


@dataclass(frozen=True, slots=True)
class QuarantineCount:
    """How many records of a source wait for the same reason, and since when the oldest does."""

    source: str
    reason: str
    records: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class QuarantinedDocument:
    """A document of which something is quarantined: what it takes to read it again."""

    document_id: str
    source: str


class Quarantine(Protocol):
    """One open entry per failure, however often it happens."""

    async def keep(self, document_id: str, source: str, aside: Sequence[SetAside]) -> None:
        """Notes that a document was curated, and what of it failed; what had failed of it before and does not
        any more is released. Raises Unavailable."""
        ...

    async def counts(self) -> list[QuarantineCount]:
        """What waits, the most frequent first. Raises Unavailable."""
        ...

    async def documents(self, reasons: Collection[str], limit: int) -> list[QuarantinedDocument]:
        """Documents with something quarantined, the oldest first; of any reason where none is named. Raises
        Unavailable."""
        ...
