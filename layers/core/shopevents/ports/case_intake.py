"""The one way by which collected cases come in: duplicates stay out, whatever day or source they come from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from shopevents.domain.cases import Case
from shopevents.domain.effects import Outgoing


class Verdict(StrEnum):
    """What became of a candidate."""

    KEPT = "kept"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near_duplicate"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case on its way in. `letters` and `facts` are what its text is compared by (near_duplicates); without
    letters it is compared by its id alone, which stands for its link. `replaces`: it takes the place of what was kept
    under its id, for the packaged cases and for documents that are read again by better rules."""

    case: Case
    announcement: Outgoing
    letters: str = ""
    facts: frozenset[str] = field(default_factory=frozenset)
    replaces: bool = False

    @property
    def content(self) -> str:
        """SHA-256 of the letters, in hex."""
        return hashlib.sha256(self.letters.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Admission:
    """`of` is the case that a duplicate repeats."""

    verdict: Verdict
    of: str | None = None


class CaseIntake(Protocol):
    """Keeps candidates that are new, and remembers what they are compared by."""

    async def admit(self, candidates: Sequence[Candidate]) -> list[Admission]:
        """One for each, in their order; a candidate is compared with those before it too. A case that is kept is
        announced in the same transaction. The same candidates again change nothing. Raises Unavailable, and Rejected
        for a case that can't be kept."""
        ...
