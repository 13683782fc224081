"""What a request begins but its answer does not depend on: done side by side, and tied up before the request ends."""

import asyncio
from collections.abc import Coroutine


class LooseEnds:
    """The work of one request that nobody waits for until the very end: accounts to settle, followers to tell."""

    def __init__(self) -> None:
        self._begun: list[asyncio.Task[None]] = []

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Starts `work` beside whatever comes next."""
        self._begun.append(asyncio.create_task(work))

    async def tie_up(self) -> None:
        """Waits for all that was begun; cancelled, it cancels it. Raises what the first that failed raised."""
        begun, self._begun = self._begun, []
        for outcome in await asyncio.gather(*begun, return_exceptions=True):
            if outcome is not None:
                raise outcome
