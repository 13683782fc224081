"""Where the vectors of cases are kept and searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shopevents.domain.budgets import CostBand
from shopevents.domain.cases import Case, ScoredCase
from shopevents.domain.vocabulary import Provenance
from shopevents.ports.embedder import Vector


@dataclass(frozen=True, slots=True)
class CaseVector:
    """A case with its vector, as it is stored. A larger `version` is a newer state of the case."""

    case: Case
    vector: Vector
    version: int = 0


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a case must fulfil. A null part asks nothing.

    `cost`: cases whose cost (원) is known must lie inside; unknown cost passes.
    `owner_id` null: planned cases are left out (they belong to one shop); given: only that owner's own.
    """

    cost: CostBand | None = None
    owner_id: str | None = None

    def admits(self, case: Case) -> bool:
        """Whether `case` fulfils it: what an index does with its own means, for cases that are at hand."""
        affordable = self.cost is None or case.cost is None or self.cost.holds(case.cost)
        planned = case.provenance is Provenance.PLANNED
        return affordable and (not planned or (self.owner_id is not None and case.owner_id == self.owner_id))


class VectorIndex(Protocol):
    """Nearest cases by cosine similarity, within a namespace (ASCII: industry and embedder)."""

    async def search(self, namespace: str, vector: Vector, wanted: CaseFilter, limit: int) -> list[ScoredCase]:
        """At most `limit` cases, best first. An unknown namespace is empty. Raises DependencyError."""
        ...

    async def upsert(self, namespace: str, items: Sequence[CaseVector]) -> None:
        """Stores or replaces by case id, in batches the vendor takes. Raises DependencyError."""
        ...

    async def delete(self, namespace: str, case_ids: Sequence[str]) -> None:
        """Forgets cases; unknown ids are no error. Raises DependencyError."""
        ...
