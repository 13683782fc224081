"""The cases that ground new plans, as rows: ours and collected ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from shopevents.domain.cases import Case
from shopevents.domain.effects import Outgoing


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as it is now. A larger `version` is a newer state."""

    case: Case
    version: int


class Cases(Protocol):
    """Reads all cases, and keeps collected ones."""

    async def load(self, case_ids: Collection[str]) -> list[CaseState]:
        """Those that exist and may ground plans, in no order; withdrawn and unknown ones are missing. Raises
        Unavailable."""
        ...

    async def versions(self, case_ids: Collection[str]) -> dict[str, int]:
        """The current version of those that `load` would give. Raises Unavailable."""
        ...

    async def keep_collected(self, cases: Sequence[tuple[Case, Outgoing]]) -> int:
        """Inserts or replaces published and illustrative cases. Those that are new or different get a new version
        and their message goes into the outbox, in the same transaction. Returns how many. Raises Unavailable, and
        Rejected for a case that can't be kept."""
        ...

    async def page(self, after: str | None, limit: int) -> list[CaseState]:
        """Cases in the order of their ids, beginning after `after`: for embedding all of them anew. Raises
        Unavailable."""
        ...
