"""What the cache knows of a question before anybody is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from shopevents.domain.answers import Question, StoredPlanSet
from shopevents.domain.cache_keys import CacheKeys
from shopevents.domain.cached_values import CachedValue, Lifetimes, SimilarCases, from_bytes, seal, to_bytes
from shopevents.domain.errors import Unavailable
from shopevents.domain.plans import Trends
from shopevents.ports.cache import Cache
from shopevents.ports.controls import Controls, ControlState


@dataclass(frozen=True, slots=True)
class Shelf:
    """The cache, and what decides how it is read."""

    cache: Cache
    controls: Controls
    lifetimes: Lifetimes
    prompt_variant: str
    embedder_name: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was found. `is_available` is false when the cache could not be read at all."""

    keys: CacheKeys
    controls: ControlState
    now: datetime
    prompt_variant: str
    result: CachedValue[StoredPlanSet] | None = None
    cases: CachedValue[SimilarCases] | None = None
    trends: CachedValue[Trends] | None = None
    is_available: bool = True

    @property
    def fresh_result(self) -> StoredPlanSet | None:
        """A plan set that may be answered as it is."""
        return self._fresh(self.result)

    @property
    def stale_result(self) -> StoredPlanSet | None:
        """A plan set for when everything better has failed: at most 24 h old."""
        return self.result.value if self.result and self.result.is_usable(self.now) else None

    @property
    def fresh_cases(self) -> SimilarCases | None:
        """Similar cases that need not be searched again."""
        return self._fresh(self.cases)

    @property
    def fresh_trends(self) -> Trends | None:
        """Trends that need not be written again."""
        return self._fresh(self.trends)

    @property
    def fresh_parts(self) -> tuple[str, ...]:
        """Which parts of a new set need not be made again: "cases", "trends"."""
        parts = {"cases": self.fresh_cases, "trends": self.fresh_trends}
        return tuple(name for name, value in parts.items() if value is not None)

    def _fresh[M: BaseModel](self, cached: CachedValue[M] | None) -> M | None:
        return cached.value if cached and cached.is_fresh(self.now, self.controls.generation) else None


async def read_shelf(question: Question, *, shelf: Shelf) -> Known:
    """All three levels in one round trip, with the switches beside it. Never raises: a cache that is away
    knows nothing."""
    keys = _keys(question, shelf, shelf.prompt_variant)
    controls, values = await asyncio.gather(
        shelf.controls.read(question.trade.category), _values(shelf.cache, keys.texts())
    )
    variant = controls.prompt_variant or shelf.prompt_variant
    if variant != shelf.prompt_variant:
        keys = _keys(question, shelf, variant)
        values = await _values(shelf.cache, keys.texts())
    if values is None:
        return Known(keys, controls, question.asked_at, variant, is_available=False)
    result, cases, trends = values
    return Known(
        keys,
        controls,
        question.asked_at,
        variant,
        result=from_bytes(result, StoredPlanSet),
        cases=from_bytes(cases, SimilarCases),
        trends=from_bytes(trends, Trends),
    )


async def fill_shelf(
    known: Known,
    *,
    shelf: Shelf,
    result: StoredPlanSet | None,
    cases: SimilarCases | None,
    trends: Trends | None,
    jitter: float,
) -> bool:
    """Stores what is given, under the generation that was read before the work began. `jitter` is a random
    number of 0 to 1. False when the cache is away."""
    lifetimes = shelf.lifetimes
    result_seconds = lifetimes.of_result(result.plan_set.sources, whole=not result.degradations) if result else 0.0
    entries: dict[str, bytes] = {}
    for key, value, seconds in (
        (str(known.keys.result), result, result_seconds),
        (str(known.keys.cases), cases, lifetimes.cases),
        (str(known.keys.trends), trends, lifetimes.trends),
    ):
        if value is not None and seconds > 0:
            sealed = seal(
                value,
                now=known.now,
                fresh_seconds=seconds,
                generation=known.controls.generation,
                jitter=jitter,
            )
            entries[key] = to_bytes(sealed)
    try:
        if entries:
            await shelf.cache.set_many(entries, lifetimes.kept)
    except Unavailable:
        return False
    return True


def _keys(question: Question, shelf: Shelf, variant: str) -> CacheKeys:
    return CacheKeys.of(question, prompt_variant=variant, embedder=shelf.embedder_name)


async def _values(cache: Cache, keys: Sequence[str]) -> list[bytes | None] | None:
    try:
        return await cache.get_many(keys)
    except Unavailable:
        return None
