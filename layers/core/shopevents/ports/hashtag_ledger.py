"""Which hashtags the Instagram account asked for, because it may ask for only 30 in 7 days."""

from collections.abc import Mapping
from typing import Protocol

from shopevents.domain.hashtags import AskedTag


class HashtagLedger(Protocol):
    """The ledger of one account."""

    async def entries(self) -> Mapping[str, AskedTag]:
        """Every tag that was ever asked, by its name without #. Raises Unavailable."""
        ...

    async def note(self, tag: str, asked: AskedTag) -> None:
        """Records a tag before it is asked for, so that a crash can't lose the slot it takes; again with
        its id when that is known. Raises Unavailable."""
        ...
