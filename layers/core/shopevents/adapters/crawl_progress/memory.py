"""Progress that ends with the process: for one run, and for tests."""

from collections.abc import Mapping
from datetime import date

from shopevents.ports.crawl_progress import Place


class MemoryCrawlProgress:
    """Places in a dictionary."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, date, str], Place] = {}

    async def places(self, source: str, day: date) -> Mapping[str, Place]:
        return {query: place for (name, on, query), place in self._places.items() if (name, on) == (source, day)}

    async def save(self, source: str, day: date, query: str, place: Place) -> None:
        self._places[source, day, query] = place

    async def last_finished(self, source: str) -> Mapping[str, date]:
        latest: dict[str, date] = {}
        for (name, day, query), place in self._places.items():
            if name == source and place.finished:
                latest[query] = max(day, latest.get(query, day))
        return latest
