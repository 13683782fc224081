"""A ledger that ends with the process: for recorded replies, and for tests."""

from collections.abc import Mapping

from shopevents.domain.hashtags import AskedTag


class MemoryHashtagLedger:
    """Entries in a dictionary."""

    def __init__(self) -> None:
        self._entries: dict[str, AskedTag] = {}

    async def entries(self) -> Mapping[str, AskedTag]:
        return dict(self._entries)

    async def note(self, tag: str, asked: AskedTag) -> None:
        self._entries[tag] = asked
