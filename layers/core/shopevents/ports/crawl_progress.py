"""How far the crawlers came, so that a stopped run goes on and a second run of the day does nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query stands on a day: the cursor to go on from (None: the beginning), pages read, and
    whether it is done."""

    cursor: str | None = None
    pages: int = 0
    finished: bool = False


class CrawlProgress(Protocol):
    """Places of queries by source and day of Asia/Seoul. A query is named by `domain.documents.query_name`."""

    async def places(self, source: str, day: date) -> Mapping[str, Place]:
        """Every query of the day that was begun, by its name. Raises Unavailable."""
        ...

    async def save(self, source: str, day: date, query: str, place: Place) -> None:
        """Remembers the place, in a row of its own per query. Raises Unavailable."""
        ...

    async def last_finished(self, source: str) -> Mapping[str, date]:
        """The latest day on which each query was finished; days further back than any query waits may be
        left out. Raises Unavailable."""
        ...

    async def forget(self, source: str, day: date, *, since: date) -> int:
        """Makes the queries new again that were begun on `since` or later, and tells how many they were. The calls
        that were made for them on `day` still count. Raises Unavailable."""
        ...
