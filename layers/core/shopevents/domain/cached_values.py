"""What a cache level stores: a value with its own expiry and generation, and for how long it is good.

A value stays in the cache for 24 h but is fresh for much less: past that it only serves when everything
better has failed, and then says so (source `stale`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import from_json, to_json

from shopevents.domain.cases import ScoredCase
from shopevents.domain.vocabulary import PlanSource, Provenance

# How much earlier than its lifetime a value may stop being fresh, so that neighbours don't expire together.
JITTER_SHARE = 0.1

# How long a value is kept for degraded answers (design, section 5), in seconds.
KEPT_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long values are fresh, in seconds (design, section 5), and how long they are kept at all."""

    trends: float = 3600.0
    cases: float = 1800.0
    results: float = 900.0
    mixed_results: float = 60.0
    kept: float = KEPT_SECONDS

    def of_result(self, sources: Iterable[PlanSource], *, whole: bool = True) -> float:
        """Seconds for a plan set: whole Claude sets live long, mixed ones and those that lack their grounding
        shortly, others not at all (0)."""
        found = frozenset(sources)
        if found == {PlanSource.CLAUDE}:
            return self.results if whole else min(self.results, self.mixed_results)
        return self.mixed_results if PlanSource.CLAUDE in found else 0.0


class SimilarCases(BaseModel):
    """The cases of the second cache level, best first. Raises ValueError for a planned case: only its own
    shop may see it, and a cache has no owner."""

    model_config = ConfigDict(frozen=True)

    cases: tuple[ScoredCase, ...]

    @model_validator(mode="after")
    def _nobodys_plans(self) -> Self:
        if any(scored.case.provenance is Provenance.PLANNED for scored in self.cases):
            raise ValueError("a planned case belongs to its shop and is never cached")
        return self


@dataclass(frozen=True, slots=True)
class CachedValue[M: BaseModel]:
    """A value and when it was stored (UTC), until when it is fresh, under which generation of its industry."""

    value: M
    stored_at: datetime
    fresh_until: datetime
    generation: str

    def is_fresh(self, now: datetime, generation: str) -> bool:
        """Whether it may be answered as it is."""
        return now < self.fresh_until and self.generation == generation

    def is_usable(self, now: datetime, kept_seconds: float = KEPT_SECONDS) -> bool:
        """Whether it may serve a degraded answer: at most 24 h old, whatever its generation."""
        return now - self.stored_at <= timedelta(seconds=kept_seconds)


def seal[M: BaseModel](
    value: M, *, now: datetime, fresh_seconds: float, generation: str, jitter: float
) -> CachedValue[M]:
    """A value ready to be cached. `jitter`, a random number of 0 to 1, takes up to a tenth off its lifetime."""
    lifetime = fresh_seconds * (1 - JITTER_SHARE * jitter)
    return CachedValue(value, now, now + timedelta(seconds=lifetime), generation)


def to_bytes[M: BaseModel](cached: CachedValue[M]) -> bytes:
    """JSON in UTF-8, times in milliseconds since 1970."""
    return to_json(
        {
            "storedAt": _to_ms(cached.stored_at),
            "freshUntil": _to_ms(cached.fresh_until),
            "generation": cached.generation,
            "value": cached.value,
        }
    )


def from_bytes[M: BaseModel](data: bytes | None, model: type[M]) -> CachedValue[M] | None:
    """The value, or None where there is none or another version of this code wrote it in another form."""
    if data is None:
        return None
    try:
        parts: dict[str, Any] = from_json(data)
        return CachedValue(
            value=model.model_validate(parts["value"]),
            stored_at=_from_ms(parts["storedAt"]),
            fresh_until=_from_ms(parts["freshUntil"]),
            generation=str(parts["generation"]),
        )
    except (ValueError, TypeError, KeyError, ValidationError):
        return None


def _to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
