"""Progress that ends with the process: for one run, and for tests."""

from collections.abc import Mapping
from datetime import date

from shopevents.domain.crawls import DAY_ENDED, FORGOTTEN
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

    async def forget(self, source: str, day: date, *, since: date) -> int:
        gone = [key for key in self._places if key[0] == source and key[1] >= since]
        pages = sum(self._places[key].pages for key in gone if key[1] == day)
        for key in gone:
            del self._places[key]
        if pages:
            self._places[source, day, FORGOTTEN] = Place(None, pages, finished=True)
        return sum(query not in {DAY_ENDED, FORGOTTEN} for _, _, query in gone)
